package dev.chancery.grpc;

import dev.chancery.api.Algorithm;
import dev.chancery.api.Dialect;
import dev.chancery.api.KeyId;
import dev.chancery.api.Quote;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.door.Backend;
import dev.chancery.grpc.proto.CreateKeyRequest;
import dev.chancery.grpc.proto.GetKeyInfoResponse;
import dev.chancery.grpc.proto.KeyID;
import dev.chancery.grpc.proto.KeyManagementGrpc;
import dev.chancery.grpc.proto.PublicKey;
import dev.chancery.grpc.proto.Void;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;

/** Makes and shows the keys of Notary repositories; deletes none. */
final class KeyManagement extends KeyManagementGrpc.KeyManagementImplBase {
  private final Backend backend;
  private final Calls calls;

  KeyManagement(Backend backend, Calls calls) {
    this.backend = backend;
    this.calls = calls;
  }

  @Override
  public void createKey(CreateKeyRequest request, StreamObserver<PublicKey> out) {
    calls.serve(
        "KeyManagement/CreateKey",
        "create-key",
        out,
        caller -> {
          RepositoryName gun =
              Messages.read(Refusal.REQUEST_INVALID, "gun", request.getGun(), RepositoryName::new);
          Role role = Messages.read(Refusal.REQUEST_INVALID, "role", request.getRole(), Role::of);
          Algorithm algorithm =
              Messages.read(
                  Refusal.ALGORITHM_NOT_ALLOWED,
                  "algorithm",
                  request.getAlgorithm(),
                  Algorithm::of);
          return () ->
              backend
                  .createKey(caller, Dialect.NOTARY, gun, role, algorithm)
                  .thenApply(Messages::publicKey);
        });
  }

  @Override
  public void getKeyInfo(KeyID request, StreamObserver<GetKeyInfoResponse> out) {
    calls.serve(
        "KeyManagement/GetKeyInfo",
        "read-keys",
        out,
        caller -> {
          KeyId id = Messages.keyId(request);
          return () ->
              CompletableFuture.completedFuture(Messages.keyInfoResponse(backend.key(caller, id)));
        });
  }

  @Override
  public void deleteKey(KeyID request, StreamObserver<Void> out) {
    calls.serve(
        "KeyManagement/DeleteKey",
        "delete-key",
        out,
        caller -> {
          throw new RefusedException(
              Refusal.DELETE_NOT_ALLOWED,
              "DeleteKey of " + Quote.of(request.getID()),
              "none: keys are kept for ever",
              "ask the operator to freeze the key or to retire the repository");
        });
  }
}
