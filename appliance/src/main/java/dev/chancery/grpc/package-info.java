/**
 * The gRPC door: what notary-server says to its signer, byte for byte (proto/signer.proto); the
 * only package that knows gRPC.
 */
@NullMarked
package dev.chancery.grpc;

import org.jspecify.annotations.NullMarked;
