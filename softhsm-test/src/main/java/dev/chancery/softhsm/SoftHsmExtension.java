package dev.chancery.softhsm;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Makes the token of {@link SoftHsmToken} when a test class first asks for it. */
public final class SoftHsmExtension implements ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(SoftHsmExtension.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == SoftHsm.class;
  }

  @Override
  public SoftHsm resolveParameter(ParameterContext parameter, ExtensionContext context) {
    SoftHsmDirectory directory = directory(context);
    Class<?> testClass = outermost(context.getRequiredTestClass());
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(testClass, key -> directory.newToken(), SoftHsm.class);
  }

  /** The one SoftHSM of this JVM. */
  static SoftHsmDirectory directory(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(
            SoftHsmDirectory.class, key -> SoftHsmDirectory.create(), SoftHsmDirectory.class);
  }

  /** Nested test classes share the token of the class around them. */
  private static Class<?> outermost(Class<?> testClass) {
    Class<?> at = testClass;
    while (at.getEnclosingClass() != null) {
      at = at.getEnclosingClass();
    }
    return at;
  }
}
