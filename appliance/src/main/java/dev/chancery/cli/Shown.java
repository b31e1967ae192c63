package dev.chancery.cli;

import dev.chancery.api.client.CheckedMetadata;
import dev.chancery.api.client.KeyInfo;
import dev.chancery.api.client.RepositoryInfo;
import dev.chancery.api.client.SignedMetadata;
import dev.chancery.api.client.WatermarkInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Answers under the names that openapi.yaml gives their members. */
final class Shown {
  private Shown() {}

  static Map<String, Object> of(SignedMetadata answer) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("keyid", answer.keyid().hex());
    shown.put("method", answer.method());
    shown.put("sig", answer.sig());
    shown.put("version", answer.version());
    shown.put("canonicalSha256", answer.canonicalSha256());
    shown.put("sequence", answer.sequence());
    shown.put("recorded", answer.recorded());
    shown.put("warnings", answer.warnings());
    return shown;
  }

  static Map<String, Object> of(CheckedMetadata answer) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("keyid", answer.keyid().hex());
    shown.put("version", answer.version());
    shown.put("canonicalSha256", answer.canonicalSha256());
    shown.put("wouldSign", true);
    shown.put("warnings", answer.warnings());
    return shown;
  }

  static Map<String, Object> of(KeyInfo key) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("keyid", key.keyid().hex());
    shown.put("dialect", key.dialect());
    shown.put("repository", key.repository());
    shown.put("role", key.role());
    shown.put("algorithm", key.algorithm());
    shown.put("keytype", key.keytype());
    shown.put("publicKey", key.publicKey());
    shown.put("keyObject", key.keyObject());
    shown.put("mode", key.mode());
    shown.put("status", key.status());
    if (key.token() != null && key.tokenKeyId() != null) {
      shown.put("token", key.token());
      shown.put("tokenKeyId", key.tokenKeyId());
    }
    shown.put("created", key.created().toString());
    return shown;
  }

  static Map<String, Object> of(RepositoryInfo repository) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("repository", repository.repository());
    shown.put("custody", repository.custody());
    if (repository.timestampStart() != null) {
      shown.put("timestampStart", repository.timestampStart());
    }
    if (repository.snapshotStart() != null) {
      shown.put("snapshotStart", repository.snapshotStart());
    }
    if (repository.root() != null) {
      shown.put("root", of(repository.root()));
    }
    shown.put("keys", repository.keys().stream().map(Shown::of).toList());
    return shown;
  }

  private static Map<String, Object> of(RepositoryInfo.Root root) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("version", root.version());
    shown.put("expires", root.expires().toString());
    shown.put("sha256", root.sha256());
    List<Map<String, Object>> roles = new ArrayList<>();
    for (RepositoryInfo.RootRole role : root.roles()) {
      Map<String, Object> each = new LinkedHashMap<>();
      each.put("role", role.role());
      each.put("threshold", role.threshold());
      each.put("keyids", role.keyids());
      each.put("here", role.here());
      roles.add(each);
    }
    shown.put("roles", roles);
    return shown;
  }

  private static Map<String, Object> of(RepositoryInfo.Key key) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("keyid", key.keyid().hex());
    shown.put("role", key.role());
    shown.put("mode", key.mode());
    shown.put("status", key.status());
    return shown;
  }

  static Map<String, Object> of(WatermarkInfo watermark) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("keyid", watermark.keyid().hex());
    shown.put("repository", watermark.repository());
    shown.put("role", watermark.role());
    shown.put("version", watermark.version());
    shown.put("canonicalSha256", watermark.canonicalSha256());
    shown.put("contents", watermark.contents());
    shown.put("sequence", watermark.sequence());
    shown.put("time", watermark.time().toString());
    return shown;
  }
}
