package dev.chancery.hsm;

import dev.chancery.softhsm.SoftHsm;
import dev.chancery.softhsm.SoftHsmToken;

@SoftHsmToken
class TokenSupervisorContractTest extends SigningTokenContract {
  private final SoftHsm softHsm;

  TokenSupervisorContractTest(SoftHsm softHsm) {
    this.softHsm = softHsm;
  }

  @Override
  protected SigningToken login() {
    return TokenSupervisor.open(softHsm.config(), PinSource.file(softHsm.userPinFile()));
  }

  @Override
  protected long signCalls(SigningToken token) {
    return ((TokenSupervisor) token).signCalls();
  }
}
