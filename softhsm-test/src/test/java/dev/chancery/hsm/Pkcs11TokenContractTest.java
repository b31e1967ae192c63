package dev.chancery.hsm;

import dev.chancery.softhsm.SoftHsm;
import dev.chancery.softhsm.SoftHsmToken;

@SoftHsmToken
class Pkcs11TokenContractTest extends SigningTokenContract {
  private final SoftHsm softHsm;

  Pkcs11TokenContractTest(SoftHsm softHsm) {
    this.softHsm = softHsm;
  }

  @Override
  protected SigningToken login() {
    return softHsm.open();
  }

  @Override
  protected long signCalls(SigningToken token) {
    return ((Pkcs11Token) token).signCalls();
  }
}
