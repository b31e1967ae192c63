package dev.chancery.softhsm;

import dev.chancery.config.PolicyConfig.Profile;
import dev.chancery.hsm.NativeEnvironment;
import java.time.Instant;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** Makes and starts the appliance of {@link ChanceryServer} when a test class first asks for it. */
public final class ChanceryExtension implements ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(ChanceryExtension.class);

  /** Ends the appliance with its test class. */
  private record Started(Chancery chancery, SoftHsmDirectory softHsm) implements AutoCloseable {
    @Override
    public void close() {
      chancery.close();
      // A module that is loaded later must not look for this appliance's file.
      NativeEnvironment.set("SOFTHSM2_CONF", softHsm.configFile().toString());
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Chancery.class;
  }

  @Override
  public Chancery resolveParameter(ParameterContext parameter, ExtensionContext context) {
    SoftHsmDirectory softHsm = SoftHsmExtension.directory(context);
    ExtensionContext ofClass = outermostClass(context);
    ChanceryServer wanted =
        AnnotationSupport.findAnnotation(ofClass.getRequiredTestClass(), ChanceryServer.class)
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        ofClass.getRequiredTestClass() + " is not annotated @ChanceryServer"));
    return ofClass
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(Started.class, key -> start(softHsm, wanted), Started.class)
        .chancery();
  }

  /** Nested test classes share the appliance of the class around them. */
  private static ExtensionContext outermostClass(ExtensionContext context) {
    ExtensionContext at = context;
    while (at.getParent().flatMap(ExtensionContext::getTestClass).isPresent()) {
      at = at.getParent().get();
    }
    return at;
  }

  private static Started start(SoftHsmDirectory softHsm, ChanceryServer wanted) {
    Profile profile = wanted.unlimited() ? Profile.BENCH : Profile.STANDARD;
    ApplianceFiles files =
        wanted.clock().isEmpty()
            ? new ApplianceFiles(softHsm, profile, null)
            : new ApplianceFiles(softHsm, profile, new TestClock(Instant.parse(wanted.clock())));
    return new Started(files.start(), softHsm);
  }
}
