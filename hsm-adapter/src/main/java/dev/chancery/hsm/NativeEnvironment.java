package dev.chancery.hsm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The environment as the process's C libraries see it; {@link System#getenv} shows an older one. A
 * module such as SoftHSM reads its variables when it is loaded: set them before that.
 */
@SuppressWarnings("restricted") // Java has no setenv of its own
public final class NativeEnvironment {
  private static final int OVERWRITE = 1;

  private NativeEnvironment() {}

  /**
   * setenv(3).
   *
   * @throws IllegalStateException if the C library refuses
   */
  public static void set(String name, String value) {
    Linker linker = Linker.nativeLinker();
    MethodHandle setenv =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("setenv"),
            FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
    int result;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment nativeName = arena.allocateFrom(name);
      MemorySegment nativeValue = arena.allocateFrom(value);
      result = (int) setenv.invokeExact(nativeName, nativeValue, OVERWRITE);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("setenv could not be called", e);
    }
    if (result != 0) {
      throw new IllegalStateException("setenv refused the variable " + name);
    }
  }
}
