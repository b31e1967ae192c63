package dev.chancery.hsm;

/**
 * What a PKCS#11 module says of itself (CK_INFO).
 *
 * @param cryptokiVersion the interface's version, such as {@code 2.40}
 * @param libraryVersion the module's own version
 */
public record LibraryInfo(
    String manufacturer, String description, String cryptokiVersion, String libraryVersion) {}
