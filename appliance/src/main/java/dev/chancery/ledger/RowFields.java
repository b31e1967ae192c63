package dev.chancery.ledger;

import dev.chancery.api.KeyRecord;
import dev.chancery.api.MetaFile;
import dev.chancery.api.OnlineMetadata;
import dev.chancery.api.RawSignature;
import dev.chancery.api.RefusedException;
import dev.chancery.api.RepositorySettings;
import dev.chancery.api.TokenPlace;
import dev.chancery.api.Version;
import dev.chancery.audit.Checkpoint;
import dev.chancery.policy.Admitted;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The members of each kind of row (docs/ledger-format.md); what does not apply is absent. */
final class RowFields {
  private RowFields() {}

  static Map<String, Object> admitted(Admitted admitted) {
    KeyRecord key = admitted.proposal().key();
    Map<String, Object> fields = ofKey(key);
    putAttributes(fields, key);
    fields.put("caller", admitted.proposal().caller());
    fields.put("operation", "sign-" + key.role().id());
    RefusedException shadowed = admitted.shadowed();
    fields.put("outcome", shadowed == null ? Outcome.ADMITTED : Outcome.ADMITTED_SHADOW);
    if (shadowed != null) {
      fields.put("control", shadowed.reason().name());
      fields.put("observed", shadowed.observed());
    }
    putMetadata(fields, admitted.proposal().metadata());
    putVersion(fields, "watermarkBefore", admitted.watermarkBefore());
    putVersion(fields, "watermarkAfter", admitted.stateAfter().watermark());
    if (!admitted.warnings().isEmpty()) {
      fields.put("warnings", admitted.warnings());
    }
    if (admitted.repeated() != null) {
      fields.put("repeats", admitted.repeated().sequence());
    }
    return fields;
  }

  static Map<String, Object> refused(RefusalEntry entry) {
    Map<String, Object> fields = new HashMap<>();
    if (entry.key() != null) {
      fields.putAll(ofKey(entry.key()));
      putAttributes(fields, entry.key());
    }
    fields.put("caller", entry.caller());
    fields.put("operation", entry.operation());
    fields.put("outcome", Outcome.REFUSED);
    RefusedException refusal = entry.refusal();
    fields.put("control", refusal.reason().name());
    fields.put("observed", refusal.observed());
    putVersion(fields, "version", entry.version());
    putVersion(fields, "watermarkBefore", refusal.watermark());
    putVersion(fields, "watermarkAfter", refusal.watermark());
    if (entry.canonicalSha256() != null) {
      fields.put("canonicalSha256", entry.canonicalSha256().hex());
    }
    return fields;
  }

  static Map<String, Object> issued(
      Recorded recorded, RawSignature signature, @Nullable MetaFile served) {
    Map<String, Object> fields = new HashMap<>();
    fields.put("decision", recorded.sequence());
    fields.put("keyid", recorded.proposal().key().id().hex());
    fields.put("signature", signature.base64());
    fields.put("mode", recorded.proposal().key().mode().id());
    fields.put("version", recorded.version().number());
    if (served != null) {
      fields.put("fileLength", served.length());
      fields.put("fileSha256", served.sha256().hex());
      fields.put("fileSha512", String.valueOf(served.sha512()));
    }
    return fields;
  }

  static Map<String, Object> attemptFailed(Recorded recorded, String failure) {
    Map<String, Object> fields = new HashMap<>();
    fields.put("decision", recorded.sequence());
    fields.put("failure", failure);
    fields.put("keyid", recorded.proposal().key().id().hex());
    fields.put("mode", recorded.proposal().key().mode().id());
    fields.put("version", recorded.version().number());
    return fields;
  }

  static Map<String, Object> keyCreated(KeyRecord key) {
    Map<String, Object> fields = ofKey(key);
    fields.put("algorithm", key.algorithm().id());
    fields.put("caller", key.creator());
    fields.put("publicKey", Base64.getEncoder().encodeToString(key.publicKey().der()));
    putAttributes(fields, key);
    TokenPlace place = key.place();
    if (place != null) {
      fields.put("tokenKeyId", place.keyId());
      fields.put("tokenLabel", place.label());
      fields.put("tokenSerial", place.serial());
    }
    return fields;
  }

  static Map<String, Object> keyStatus(KeyRecord key, String actor, String reason) {
    Map<String, Object> fields = ofKey(key);
    fields.put("caller", actor);
    fields.put("reason", reason);
    fields.put("status", key.status().id());
    return fields;
  }

  static Map<String, Object> repository(RepositorySettings settings, String actor, String reason) {
    Map<String, Object> fields = new HashMap<>();
    fields.put("caller", actor);
    fields.put("custody", settings.custody().id());
    fields.put("reason", reason);
    fields.put("repository", settings.name().value());
    putVersion(fields, "snapshotStart", settings.snapshotStart());
    putVersion(fields, "timestampStart", settings.timestampStart());
    return fields;
  }

  static Map<String, Object> auditKey(AuditKey key, String actor) {
    Map<String, Object> fields = new HashMap<>();
    fields.put("algorithm", key.algorithm().id());
    fields.put("auditKey", key.id().hex());
    fields.put("caller", actor);
    fields.put("keyAttributes", key.place().attributes().hex());
    fields.put("publicKey", Base64.getEncoder().encodeToString(key.publicKey().der()));
    fields.put("tokenKeyId", key.place().keyId());
    fields.put("tokenLabel", key.place().label());
    fields.put("tokenSerial", key.place().serial());
    return fields;
  }

  static Map<String, Object> checkpoint(
      Checkpoint checkpoint, AuditKey key, RawSignature signature, String reason) {
    Map<String, Object> fields = new HashMap<>();
    fields.put("auditKey", key.id().hex());
    fields.put("epoch", checkpoint.epoch());
    fields.put("headHash", checkpoint.headHash().hex());
    fields.put("reason", reason);
    fields.put("rootHash", checkpoint.rootHash().hex());
    fields.put("signature", signature.base64());
    fields.put("treeSize", checkpoint.treeSize());
    return fields;
  }

  static Map<String, Object> operatorAction(String actor, String action, String detail) {
    Map<String, Object> fields = new HashMap<>();
    fields.put("action", action);
    fields.put("caller", actor);
    fields.put("detail", detail);
    return fields;
  }

  static Map<String, Object> rebased(Rebase.Target target, Rebase order) {
    Map<String, Object> fields = ofKey(target.key());
    fields.put("caller", order.approval().by());
    fields.put("canonicalSha256", target.document().canonical().sha256().hex());
    fields.put("digest", order.approval().digest().hex());
    fields.put("reason", order.reason());
    fields.put("watermarkAfter", target.document().version().number());
    fields.put("watermarkBefore", target.from().number());
    return fields;
  }

  static Map<String, Object> ledgerRebased(LedgerRebase order, int keys) {
    Map<String, Object> fields = new HashMap<>();
    fields.put("caller", order.approval().by());
    fields.put("digest", order.approval().digest().hex());
    fields.put("keys", keys);
    fields.put("lostEpoch", order.lostEpoch());
    fields.put("lostHead", order.lostHead().hex());
    fields.put("lostSize", order.lostSize());
    fields.put("reason", order.reason());
    return fields;
  }

  static Map<String, Object> archived(Segment segment, String caller) {
    Map<String, Object> fields = new HashMap<>();
    fields.put("caller", caller);
    fields.put("rootHash", segment.rootHash().hex());
    fields.put("rows", segment.rows());
    fields.put("segmentLength", segment.length());
    fields.put("segmentSha256", segment.sha256().hex());
    fields.put("throughSequence", segment.through());
    fields.put("treeSize", segment.treeSize());
    return fields;
  }

  static Map<String, Object> imported(
      WatermarkImport.Entry entry, @Nullable Version before, WatermarkImport order) {
    Map<String, Object> fields = ofKey(entry.key());
    fields.put("caller", order.by());
    fields.put("canonicalSha256", entry.canonicalSha256().hex());
    if (entry.shown() != null) {
      fields.put("fileSha256", entry.shown().file().hex());
    }
    fields.put("reason", order.reason());
    fields.put("watermarkAfter", entry.version().number());
    putVersion(fields, "watermarkBefore", before);
    return fields;
  }

  private static Map<String, Object> ofKey(KeyRecord key) {
    Map<String, Object> fields = new HashMap<>();
    fields.put("dialect", key.dialect().id());
    fields.put("keyid", key.id().hex());
    fields.put("mode", key.mode().id());
    fields.put("repository", key.repository().value());
    fields.put("role", key.role().id());
    return fields;
  }

  private static void putAttributes(Map<String, Object> fields, KeyRecord key) {
    if (key.place() != null) {
      fields.put("keyAttributes", key.place().attributes().hex());
    }
  }

  private static void putMetadata(Map<String, Object> fields, OnlineMetadata metadata) {
    fields.put("canonicalSha256", metadata.canonical().sha256().hex());
    fields.put("version", metadata.version().number());
  }

  private static void putVersion(
      Map<String, Object> fields, String name, @Nullable Version version) {
    if (version != null) {
      fields.put(name, version.number());
    }
  }
}
