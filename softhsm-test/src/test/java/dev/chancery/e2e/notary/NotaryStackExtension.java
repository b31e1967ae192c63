package dev.chancery.e2e.notary;

import dev.chancery.softhsm.Chancery;
import dev.chancery.softhsm.ChanceryExtension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Starts the stack of {@link WithNotaryServer} when a test class first asks for it. */
final class NotaryStackExtension implements ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(NotaryStackExtension.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == NotaryStack.class;
  }

  @Override
  public NotaryStack resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Chancery chancery = new ChanceryExtension().resolveParameter(parameter, context);
    Class<?> testClass = context.getRequiredTestClass();
    ExtensionContext ofClass = context;
    while (ofClass.getParent().flatMap(ExtensionContext::getTestClass).isPresent()) {
      ofClass = ofClass.getParent().get();
    }
    return ofClass
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(
            NotaryStack.class, key -> start(chancery, testClass), NotaryStack.class);
  }

  private static NotaryStack start(Chancery chancery, Class<?> testClass) {
    WithNotaryServer wanted = testClass.getAnnotation(WithNotaryServer.class);
    return NotaryStack.start(
        new NotaryStack.Signer(
            SignerAddress.of(chancery.grpcPort(), chancery.directory().resolve("tls")),
            chancery.directory().resolve("tls"),
            chancery.ledgerFile()),
        wanted);
  }
}
