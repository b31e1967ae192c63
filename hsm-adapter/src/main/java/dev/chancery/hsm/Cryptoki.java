package dev.chancery.hsm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A PKCS#11 v2.40 module called through {@code java.lang.foreign}: the functions that SunPKCS11
 * does not offer, under their own names. Every CK_RV but CKR_OK becomes a {@link TokenException}.
 *
 * <p>Written for LP64 platforms (64-bit Linux), where CK_ULONG is 8 bytes and structures are not
 * packed. Function numbers count the entries of CK_FUNCTION_LIST, which follow its 8-byte version.
 *
 * <p>A module is loaded and initialised once per path and process and never finalised: C_Finalize
 * would take the sessions of everybody else in the process, SunPKCS11 included.
 */
@SuppressWarnings("restricted") // calling native code is what this class is for
final class Cryptoki {
  /** CKU_SO, the security officer. */
  static final long SO = 0;

  /** CKU_USER, who uses the keys. */
  static final long USER = 1;

  private static final long CKF_OS_LOCKING_OK = 0x2;
  private static final long CKF_RW_SESSION = 0x2;
  private static final long CKF_SERIAL_SESSION = 0x4;
  private static final long UNAVAILABLE_INFORMATION = -1L;
  private static final int FUNCTIONS = 68;
  private static final int MAX_SIGNATURE_BYTES = 1024;
  private static final int FIND_BATCH = 1024;

  private static final Map<Path, Cryptoki> LOADED = new ConcurrentHashMap<>();

  private final Logins logins = new Logins(this);
  private final MethodHandle getInfo;
  private final MethodHandle getSlotList;
  private final MethodHandle getTokenInfo;
  private final MethodHandle getMechanismList;
  private final MethodHandle getMechanismInfo;
  private final MethodHandle initToken;
  private final MethodHandle initPin;
  private final MethodHandle setPin;
  private final MethodHandle openSession;
  private final MethodHandle closeSession;
  private final MethodHandle closeAllSessions;
  private final MethodHandle getSessionInfo;
  private final MethodHandle login;
  private final MethodHandle logout;
  private final MethodHandle createObject;
  private final MethodHandle destroyObject;
  private final MethodHandle getAttributeValue;
  private final MethodHandle findObjectsInit;
  private final MethodHandle findObjects;
  private final MethodHandle findObjectsFinal;
  private final MethodHandle signInit;
  private final MethodHandle sign;
  private final MethodHandle generateKeyPair;

  /**
   * The module at {@code path}, initialised with CKF_OS_LOCKING_OK.
   *
   * @throws TokenException {@code MODULE_NOT_LOADED} if it is no PKCS#11 module
   */
  static Cryptoki load(Path path) {
    return LOADED.computeIfAbsent(path.toAbsolutePath().normalize(), Cryptoki::new);
  }

  private Cryptoki(Path path) {
    MemorySegment functions = functionList(path);
    getInfo = function(functions, 2, ADDRESS);
    getSlotList = function(functions, 4, JAVA_BYTE, ADDRESS, ADDRESS);
    getTokenInfo = function(functions, 6, JAVA_LONG, ADDRESS);
    getMechanismList = function(functions, 7, JAVA_LONG, ADDRESS, ADDRESS);
    getMechanismInfo = function(functions, 8, JAVA_LONG, JAVA_LONG, ADDRESS);
    initToken = function(functions, 9, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS);
    initPin = function(functions, 10, JAVA_LONG, ADDRESS, JAVA_LONG);
    setPin = function(functions, 11, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG);
    openSession = function(functions, 12, JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS, ADDRESS);
    closeSession = function(functions, 13, JAVA_LONG);
    closeAllSessions = function(functions, 14, JAVA_LONG);
    getSessionInfo = function(functions, 15, JAVA_LONG, ADDRESS);
    login = function(functions, 18, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG);
    logout = function(functions, 19, JAVA_LONG);
    createObject = function(functions, 20, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS);
    destroyObject = function(functions, 22, JAVA_LONG, JAVA_LONG);
    getAttributeValue = function(functions, 24, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG);
    findObjectsInit = function(functions, 26, JAVA_LONG, ADDRESS, JAVA_LONG);
    findObjects = function(functions, 27, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS);
    findObjectsFinal = function(functions, 28, JAVA_LONG);
    signInit = function(functions, 42, JAVA_LONG, ADDRESS, JAVA_LONG);
    sign = function(functions, 43, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS);
    generateKeyPair =
        function(
            functions, 59, JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS,
            ADDRESS);
    initialize(function(functions, 0, ADDRESS));
  }

  private static MemorySegment functionList(Path path) {
    MethodHandle getFunctionList;
    try {
      getFunctionList =
          Linker.nativeLinker()
              .downcallHandle(
                  SymbolLookup.libraryLookup(path, Arena.global())
                      .find("C_GetFunctionList")
                      .orElseThrow(
                          () -> new IllegalArgumentException("it has no C_GetFunctionList")),
                  FunctionDescriptor.of(JAVA_LONG, ADDRESS));
    } catch (IllegalArgumentException e) {
      throw new TokenException(
          "MODULE_NOT_LOADED", path + " is not a PKCS#11 module: " + e.getMessage(), e);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment list = arena.allocate(ADDRESS);
      check("C_GetFunctionList", () -> (long) getFunctionList.invokeExact(list));
      return list.get(ADDRESS, 0).reinterpret(8 + 8L * FUNCTIONS);
    }
  }

  private static MethodHandle function(MemorySegment list, int number, MemoryLayout... arguments) {
    return Linker.nativeLinker()
        .downcallHandle(
            list.get(ADDRESS, 8 + 8L * number), FunctionDescriptor.of(JAVA_LONG, arguments));
  }

  private static void initialize(MethodHandle initialize) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment arguments = arena.allocate(48, 8); // CK_C_INITIALIZE_ARGS
      arguments.set(JAVA_LONG, 32, CKF_OS_LOCKING_OK);
      check(
          "C_Initialize",
          () -> {
            long rv = (long) initialize.invokeExact(arguments);
            return rv == Ckr.CRYPTOKI_ALREADY_INITIALIZED ? Ckr.OK : rv; // SunPKCS11 came first
          });
    }
  }

  /** Who of this process is logged in to which token of this module. */
  Logins logins() {
    return logins;
  }

  LibraryInfo info() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(88, 8); // CK_INFO
      check("C_GetInfo", () -> (long) getInfo.invokeExact(info));
      return new LibraryInfo(
          text(info, 2, 32), text(info, 48, 32), version(info, 0), version(info, 80));
    }
  }

  /** The slots that hold a token, initialised or not. */
  long[] slots() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment count = arena.allocate(JAVA_LONG);
      byte present = 1;
      // Asking for the number first is also what makes some modules look for new tokens.
      check(
          "C_GetSlotList",
          () -> (long) getSlotList.invokeExact(present, MemorySegment.NULL, count));
      MemorySegment list = arena.allocate(JAVA_LONG, Math.max(1, count.get(JAVA_LONG, 0)));
      check("C_GetSlotList", () -> (long) getSlotList.invokeExact(present, list, count));
      return list.asSlice(0, 8 * count.get(JAVA_LONG, 0)).toArray(JAVA_LONG);
    }
  }

  TokenInfo tokenInfo(long slot) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(208, 8); // CK_TOKEN_INFO
      check("C_GetTokenInfo", () -> (long) getTokenInfo.invokeExact(slot, info));
      return new TokenInfo(
          new TokenIdentity(text(info, 0, 32), text(info, 80, 16)),
          text(info, 32, 32),
          text(info, 64, 16),
          slot,
          info.get(JAVA_LONG, 96),
          memory(info, 176),
          memory(info, 168));
    }
  }

  long[] mechanisms(long slot) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment count = arena.allocate(JAVA_LONG);
      check(
          "C_GetMechanismList",
          () -> (long) getMechanismList.invokeExact(slot, MemorySegment.NULL, count));
      MemorySegment list = arena.allocate(JAVA_LONG, Math.max(1, count.get(JAVA_LONG, 0)));
      check("C_GetMechanismList", () -> (long) getMechanismList.invokeExact(slot, list, count));
      return list.asSlice(0, 8 * count.get(JAVA_LONG, 0)).toArray(JAVA_LONG);
    }
  }

  MechanismInfo mechanismInfo(long slot, long type) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(24, 8); // CK_MECHANISM_INFO
      check("C_GetMechanismInfo", () -> (long) getMechanismInfo.invokeExact(slot, type, info));
      return new MechanismInfo(
          Ckm.name(type),
          type,
          info.get(JAVA_LONG, 0),
          info.get(JAVA_LONG, 8),
          info.get(JAVA_LONG, 16));
    }
  }

  /** C_InitToken; {@code label} is at most 32 bytes in UTF-8. */
  void initToken(long slot, Pin soPin, String label) {
    byte[] padded = new byte[32];
    Arrays.fill(padded, (byte) ' ');
    byte[] bytes = label.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(bytes, 0, padded, 0, bytes.length);
    withPin(
        soPin,
        (arena, pin) -> {
          MemorySegment name = arena.allocateFrom(JAVA_BYTE, padded);
          check(
              "C_InitToken",
              () -> (long) initToken.invokeExact(slot, pin, (long) soPin.length(), name));
        });
  }

  /** C_InitPIN: sets the user's PIN in a session where the security officer is logged in. */
  void initPin(long session, Pin userPin) {
    withPin(
        userPin,
        (arena, pin) ->
            check(
                "C_InitPIN",
                () -> (long) initPin.invokeExact(session, pin, (long) userPin.length())));
  }

  /** C_SetPIN: changes the PIN of whoever is logged in (the user's, if nobody is). */
  void setPin(long session, Pin oldPin, Pin newPin) {
    withPin(
        oldPin,
        (outer, from) ->
            withPin(
                newPin,
                (inner, to) ->
                    check(
                        "C_SetPIN",
                        () ->
                            (long)
                                setPin.invokeExact(
                                    session,
                                    from,
                                    (long) oldPin.length(),
                                    to,
                                    (long) newPin.length()))));
  }

  /** A read-write session, which is what creating token objects needs. */
  long openSession(long slot) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment session = arena.allocate(JAVA_LONG);
      check(
          "C_OpenSession",
          () ->
              (long)
                  openSession.invokeExact(
                      slot,
                      CKF_SERIAL_SESSION | CKF_RW_SESSION,
                      MemorySegment.NULL,
                      MemorySegment.NULL,
                      session));
      return session.get(JAVA_LONG, 0);
    }
  }

  void closeSession(long session) {
    check("C_CloseSession", () -> (long) closeSession.invokeExact(session));
  }

  /** C_CloseAllSessions: all that this process has with the token in {@code slot}. */
  void closeAllSessions(long slot) {
    check("C_CloseAllSessions", () -> (long) closeAllSessions.invokeExact(slot));
  }

  /** Whether the user is logged in, by the session's state (CKS_RO_USER or CKS_RW_USER). */
  boolean userLoggedIn(long session) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(32, 8); // CK_SESSION_INFO
      check("C_GetSessionInfo", () -> (long) getSessionInfo.invokeExact(session, info));
      long state = info.get(JAVA_LONG, 8);
      return state == 1 || state == 3;
    }
  }

  /** C_Login, once; the PIN's copy in native memory is wiped. */
  void login(long session, long user, Pin secret) {
    withPin(
        secret,
        (arena, pin) ->
            check(
                "C_Login",
                () -> (long) login.invokeExact(session, user, pin, (long) secret.length())));
  }

  void logout(long session) {
    check("C_Logout", () -> (long) logout.invokeExact(session));
  }

  long createObject(long session, Template template) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment object = arena.allocate(JAVA_LONG);
      List<MemorySegment> values = new ArrayList<>();
      MemorySegment attributes =
          template.in(
              arena,
              value -> {
                values.add(value);
                return value;
              });
      try {
        check(
            "C_CreateObject",
            () -> (long) createObject.invokeExact(session, attributes, template.size(), object));
      } finally {
        // One of them may be a private key; freed memory keeps what was in it.
        values.forEach(value -> value.fill((byte) 0));
      }
      return object.get(JAVA_LONG, 0);
    }
  }

  void destroyObject(long session, long object) {
    check("C_DestroyObject", () -> (long) destroyObject.invokeExact(session, object));
  }

  /**
   * Reads many attributes in one C_GetAttributeValue.
   *
   * @param capacities how many bytes each value may take
   * @return the values; one that the token does not know, keeps to itself or that is longer than
   *     its capacity is absent
   */
  Map<Cka, byte[]> attributes(long session, long object, Map<Cka, Integer> capacities) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment array = arena.allocate(Template.ENTRY_BYTES * capacities.size(), 8);
      List<Cka> order = List.copyOf(capacities.keySet());
      for (int i = 0; i < order.size(); i++) {
        int capacity = capacities.getOrDefault(order.get(i), 0);
        // Bytes a token leaves untouched must not read as CK_FALSE.
        MemorySegment value = arena.allocate(capacity).fill((byte) 0xFF);
        array.set(JAVA_LONG, i * Template.ENTRY_BYTES, order.get(i).type);
        array.set(ADDRESS, i * Template.ENTRY_BYTES + 8, value);
        array.set(JAVA_LONG, i * Template.ENTRY_BYTES + 16, capacity);
      }
      check("C_GetAttributeValue", () -> readAttributes(session, object, array, order.size()));
      Map<Cka, byte[]> values = new EnumMap<>(Cka.class);
      for (int i = 0; i < order.size(); i++) {
        int capacity = capacities.getOrDefault(order.get(i), 0);
        long length = array.get(JAVA_LONG, i * Template.ENTRY_BYTES + 16);
        if (length >= 0 && length <= capacity) {
          MemorySegment value = array.get(ADDRESS, i * Template.ENTRY_BYTES + 8);
          values.put(order.get(i), value.reinterpret(length).toArray(JAVA_BYTE));
        }
      }
      return values;
    }
  }

  private long readAttributes(long session, long object, MemorySegment array, long count)
      throws Throwable {
    long rv = (long) getAttributeValue.invokeExact(session, object, array, count);
    boolean partial =
        rv == Ckr.ATTRIBUTE_TYPE_INVALID
            || rv == Ckr.ATTRIBUTE_SENSITIVE
            || rv == Ckr.BUFFER_TOO_SMALL;
    return partial ? Ckr.OK : rv; // the other values are there all the same (section 5.7)
  }

  /** The handles of all objects that match. */
  long[] find(long session, Template template) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attributes = template.in(arena);
      check(
          "C_FindObjectsInit",
          () -> (long) findObjectsInit.invokeExact(session, attributes, template.size()));
      try {
        return foundObjects(session, arena);
      } finally {
        check("C_FindObjectsFinal", () -> (long) findObjectsFinal.invokeExact(session));
      }
    }
  }

  private long[] foundObjects(long session, Arena arena) {
    MemorySegment batch = arena.allocate(JAVA_LONG, FIND_BATCH);
    MemorySegment count = arena.allocate(JAVA_LONG);
    List<long[]> batches = new ArrayList<>();
    do {
      check(
          "C_FindObjects",
          () -> (long) findObjects.invokeExact(session, batch, (long) FIND_BATCH, count));
      batches.add(batch.asSlice(0, 8 * count.get(JAVA_LONG, 0)).toArray(JAVA_LONG));
    } while (count.get(JAVA_LONG, 0) > 0);
    return batches.stream().flatMapToLong(Arrays::stream).toArray();
  }

  /** C_SignInit and one C_Sign; {@code beforeSign} runs between the two. */
  byte[] sign(long session, Mechanism mechanism, long key, byte[] data, Runnable beforeSign) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment how = mechanism.in(arena);
      check("C_SignInit", () -> (long) signInit.invokeExact(session, how, key));
      MemorySegment input = arena.allocateFrom(JAVA_BYTE, data);
      MemorySegment signature = arena.allocate(MAX_SIGNATURE_BYTES);
      MemorySegment length = arena.allocateFrom(JAVA_LONG, MAX_SIGNATURE_BYTES);
      beforeSign.run();
      check(
          "C_Sign",
          () -> (long) sign.invokeExact(session, input, (long) data.length, signature, length));
      return signature.asSlice(0, length.get(JAVA_LONG, 0)).toArray(JAVA_BYTE);
    }
  }

  /** Handles of a new key pair's halves. */
  record KeyPairHandles(long publicKey, long privateKey) {}

  KeyPairHandles generateKeyPair(
      long session, Mechanism mechanism, Template publicKey, Template privateKey) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment how = mechanism.in(arena);
      MemorySegment publicAttributes = publicKey.in(arena);
      MemorySegment privateAttributes = privateKey.in(arena);
      MemorySegment publicHandle = arena.allocate(JAVA_LONG);
      MemorySegment privateHandle = arena.allocate(JAVA_LONG);
      check(
          "C_GenerateKeyPair",
          () ->
              (long)
                  generateKeyPair.invokeExact(
                      session,
                      how,
                      publicAttributes,
                      publicKey.size(),
                      privateAttributes,
                      privateKey.size(),
                      publicHandle,
                      privateHandle));
      return new KeyPairHandles(publicHandle.get(JAVA_LONG, 0), privateHandle.get(JAVA_LONG, 0));
    }
  }

  private interface Call {
    long rv() throws Throwable;
  }

  private interface PinUse {
    void run(Arena arena, MemorySegment pin);
  }

  private static void withPin(Pin pin, PinUse use) {
    byte[] bytes = pin.bytes();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment copy = arena.allocateFrom(JAVA_BYTE, bytes);
      try {
        use.run(arena, copy);
      } finally {
        copy.fill((byte) 0);
      }
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private static void check(String function, Call call) {
    long rv;
    try {
      rv = call.rv();
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(function + " could not be called", e);
    }
    if (rv != Ckr.OK) {
      throw new TokenException(Ckr.name(rv), function + " failed");
    }
  }

  private static String text(MemorySegment from, long offset, int length) {
    byte[] bytes = from.asSlice(offset, length).toArray(JAVA_BYTE);
    return new String(bytes, StandardCharsets.UTF_8).replace('\0', ' ').strip();
  }

  private static String version(MemorySegment from, long offset) {
    return Byte.toUnsignedInt(from.get(JAVA_BYTE, offset))
        + "."
        + Byte.toUnsignedInt(from.get(JAVA_BYTE, offset + 1));
  }

  private static Optional<Long> memory(MemorySegment info, long offset) {
    long bytes = info.get(JAVA_LONG, offset);
    return bytes == UNAVAILABLE_INFORMATION ? Optional.empty() : Optional.of(bytes);
  }
}
