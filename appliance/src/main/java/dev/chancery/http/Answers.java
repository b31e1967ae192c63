package dev.chancery.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.RepositorySettings;
import dev.chancery.api.SigningOutcome;
import dev.chancery.api.TokenPlace;
import dev.chancery.api.Version;
import dev.chancery.audit.Checkpoint;
import dev.chancery.audit.SignedCheckpoint;
import dev.chancery.audit.SignedNote;
import dev.chancery.door.LedgerPages;
import dev.chancery.keys.DueDates;
import dev.chancery.keys.Repositories.Repository;
import dev.chancery.ledger.BulkOutcome;
import dev.chancery.ledger.WatermarkView;
import dev.chancery.metadata.MetadataDialect;
import dev.chancery.metadata.MetadataDialects;
import dev.chancery.metadata.TufRoot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the good answers as openapi.yaml describes them. */
final class Answers {
  private Answers() {}

  /** A signature or a verdict; a refusal is thrown. */
  static Answer of(SigningOutcome outcome) {
    return switch (outcome) {
      case SigningOutcome.Signed signed -> signed(signed);
      case SigningOutcome.Checked checked -> checked(checked);
      case SigningOutcome.Refused refused -> throw refused.refusal();
    };
  }

  /** What became of a list. */
  static Answer of(BulkOutcome outcome) {
    return switch (outcome) {
      case BulkOutcome.Done(int changed, int unchanged) ->
          Answer.ok(
              Json.object(
                  json -> {
                    json.writeNumberField("changed", changed);
                    json.writeNumberField("unchanged", unchanged);
                  }));
      case BulkOutcome.Refused(var refusals) -> Problems.refused(refusals);
    };
  }

  private static Answer signed(SigningOutcome.Signed signed) {
    MetadataDialect dialect = MetadataDialects.of(signed.dialect());
    String method =
        switch (signed.dialect()) {
          case NOTARY -> "method";
          case TUF -> "scheme";
        };
    return Answer.ok(
        Json.object(
            json -> {
              json.writeStringField("keyid", signed.keyId().hex());
              json.writeStringField(method, dialect.method(signed.algorithm()));
              json.writeStringField("sig", dialect.encode(signed.algorithm(), signed.signature()));
              json.writeNumberField("version", signed.version().number());
              json.writeStringField("canonicalSha256", signed.canonicalSha256().hex());
              json.writeNumberField("sequence", signed.sequence());
              json.writeBooleanField("recorded", signed.recorded());
              texts(json, "warnings", signed.warnings());
            }));
  }

  private static Answer checked(SigningOutcome.Checked checked) {
    return Answer.ok(
        Json.object(
            json -> {
              json.writeStringField("keyid", checked.keyId().hex());
              json.writeNumberField("version", checked.version().number());
              json.writeStringField("canonicalSha256", checked.canonicalSha256().hex());
              json.writeBooleanField("wouldSign", true);
              texts(json, "warnings", checked.warnings());
            }));
  }

  static Answer key(KeyRecord key) {
    return Answer.ok(Json.object(json -> members(json, key)));
  }

  static Answer keys(List<KeyRecord> keys) {
    return Answer.ok(
        Json.object(
            json -> {
              json.writeArrayFieldStart("keys");
              for (KeyRecord key : keys) {
                json.writeStartObject();
                members(json, key);
                json.writeEndObject();
              }
              json.writeEndArray();
            }));
  }

  /** Repositories by name, each with its keys in the order they were made. */
  static Answer repository(Repository repository) {
    return Answer.ok(Json.object(json -> members(json, repository)));
  }

  static Answer repositories(List<Repository> repositories) {
    return Answer.ok(
        Json.object(
            json -> {
              json.writeArrayFieldStart("repositories");
              for (Repository repository : repositories) {
                json.writeStartObject();
                members(json, repository);
                json.writeEndObject();
              }
              json.writeEndArray();
            }));
  }

  private static void members(JsonGenerator json, Repository repository) throws IOException {
    RepositorySettings settings = repository.settings();
    json.writeStringField("repository", settings.name().value());
    json.writeStringField("custody", settings.custody().id());
    version(json, "timestampStart", settings.timestampStart());
    version(json, "snapshotStart", settings.snapshotStart());
    if (repository.root() != null) {
      json.writeFieldName("root");
      root(json, repository.root(), repository.keys());
    }
    json.writeArrayFieldStart("keys");
    for (KeyRecord key : repository.keys()) {
      json.writeStartObject();
      json.writeStringField("keyid", key.id().hex());
      json.writeStringField("role", key.role().id());
      json.writeStringField("mode", key.mode().id());
      json.writeStringField("status", key.status().id());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void root(JsonGenerator json, TufRoot root, List<KeyRecord> keys)
      throws IOException {
    json.writeStartObject();
    json.writeNumberField("version", root.version().number());
    json.writeStringField("expires", root.expires().toString());
    json.writeStringField("sha256", root.digest().hex());
    json.writeArrayFieldStart("roles");
    for (String role : TufRoot.ROLES) {
      json.writeStartObject();
      json.writeStringField("role", role);
      json.writeNumberField("threshold", root.threshold(role));
      List<String> here =
          keys.stream()
              .filter(key -> key.role().id().equals(role))
              .map(key -> key.id().hex())
              .toList();
      texts(json, "keyids", root.keyIds(role));
      texts(json, "here", root.keyIds(role).stream().filter(here::contains).toList());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void version(JsonGenerator json, String name, @Nullable Version version)
      throws IOException {
    if (version != null) {
      json.writeNumberField(name, version.number());
    }
  }

  static Answer due(List<DueDates.Due> dues) {
    return Answer.ok(
        Json.object(
            json -> {
              json.writeArrayFieldStart("due");
              for (DueDates.Due due : dues) {
                json.writeStartObject();
                json.writeStringField("repository", due.repository().value());
                json.writeStringField("role", due.role());
                json.writeNumberField("version", due.version());
                json.writeStringField("since", due.since().toString());
                json.writeStringField("expires", due.expires().toString());
                json.writeStringField("state", due.state().id());
                json.writeEndObject();
              }
              json.writeEndArray();
            }));
  }

  static Answer watermarks(String ledgerId, List<WatermarkView> watermarks) {
    return Answer.ok(
        Json.object(
            json -> {
              json.writeStringField("ledger", ledgerId);
              json.writeArrayFieldStart("watermarks");
              for (WatermarkView watermark : watermarks) {
                json.writeStartObject();
                json.writeStringField("keyid", watermark.key().id().hex());
                json.writeStringField("repository", watermark.key().repository().value());
                json.writeStringField("role", watermark.key().role().id());
                json.writeNumberField("version", watermark.version().number());
                json.writeStringField("canonicalSha256", watermark.canonicalSha256().hex());
                json.writeNumberField("contents", watermark.contents());
                json.writeNumberField("sequence", watermark.sequence());
                json.writeStringField("time", watermark.time().toString());
                json.writeEndObject();
              }
              json.writeEndArray();
            }));
  }

  static Answer resumed(int keys) {
    return Answer.ok(Json.object(json -> json.writeNumberField("resumed", keys)));
  }

  static Answer seal(SignedNote note) {
    return Answer.ok(Json.object(json -> json.writeStringField("seal", note.toString())));
  }

  static Answer checkpoint(SignedCheckpoint signed) {
    Checkpoint checkpoint = signed.checkpoint();
    return Answer.ok(
        Json.object(
            json -> {
              json.writeNumberField("treeSize", checkpoint.treeSize());
              json.writeStringField("rootHash", checkpoint.rootHash().hex());
              json.writeStringField("headHash", checkpoint.headHash().hex());
              json.writeNumberField("epoch", checkpoint.epoch());
              json.writeStringField("time", checkpoint.time().toString());
              json.writeStringField("note", signed.note().toString());
            }));
  }

  /** Rows are JSON as they are, and go out byte for byte. */
  static Answer rows(LedgerPages.Page page) {
    return Answer.ok(
        Json.object(
            json -> {
              json.writeArrayFieldStart("rows");
              for (byte[] row : page.rows()) {
                json.writeRawValue(new String(row, StandardCharsets.UTF_8));
              }
              json.writeEndArray();
              if (page.before().isPresent()) {
                json.writeNumberField("before", page.before().getAsLong());
              }
            }));
  }

  static Answer clock(Instant confirmed) {
    return Answer.ok(Json.object(json -> json.writeStringField("confirmed", confirmed.toString())));
  }

  private static void members(JsonGenerator json, KeyRecord key) throws IOException {
    MetadataDialect dialect = MetadataDialects.of(key.dialect());
    byte[] publicKey = dialect.publicKey(key.algorithm(), key.publicKey().der());
    json.writeStringField("keyid", key.id().hex());
    json.writeStringField("dialect", key.dialect().id());
    json.writeStringField("repository", key.repository().value());
    json.writeStringField("role", key.role().id());
    json.writeStringField("algorithm", key.algorithm().id());
    json.writeStringField("keytype", dialect.keyType(key.algorithm()));
    json.writeStringField("publicKey", Base64.getEncoder().encodeToString(publicKey));
    json.writeFieldName("key");
    Json.write(json, dialect.keyObject(key.algorithm(), key.publicKey().der()));
    json.writeStringField("mode", key.mode().id());
    json.writeStringField("status", key.status().id());
    TokenPlace place = key.place();
    if (place != null) {
      json.writeStringField("token", place.label());
      json.writeStringField("tokenKeyId", place.keyId());
    }
    json.writeStringField("created", key.created().toString());
  }

  private static void texts(JsonGenerator json, String name, List<String> texts)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (String text : texts) {
      json.writeString(text);
    }
    json.writeEndArray();
  }
}
