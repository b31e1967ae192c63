package dev.chancery.grpc;

import dev.chancery.door.Backend;
import dev.chancery.grpc.proto.Signature;
import dev.chancery.grpc.proto.SignatureRequest;
import dev.chancery.grpc.proto.SignerGrpc;
import dev.chancery.signing.SigningRequest;
import io.grpc.stub.StreamObserver;

/** Signs timestamp and snapshot metadata; the key's role says which it must be. */
final class Signer extends SignerGrpc.SignerImplBase {
  private final Backend backend;
  private final Calls calls;

  Signer(Backend backend, Calls calls) {
    this.backend = backend;
    this.calls = calls;
  }

  @Override
  public void sign(SignatureRequest request, StreamObserver<Signature> out) {
    calls.serve(
        "Signer/Sign",
        "sign",
        out,
        caller -> {
          SigningRequest metadata =
              new SigningRequest(
                  null,
                  new SigningRequest.KeySelector.ById(Messages.keyId(request.getKeyID())),
                  request.getContent().toByteArray(),
                  null);
          return () -> backend.sign(caller, metadata).thenApply(Messages::signature);
        });
  }
}
