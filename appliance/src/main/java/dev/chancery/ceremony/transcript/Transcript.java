package dev.chancery.ceremony.transcript;

import dev.chancery.api.Quote;
import dev.chancery.api.RawSignature;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Sha256;
import dev.chancery.canonical.JsonObject;
import dev.chancery.canonical.MalformedJsonException;
import dev.chancery.canonical.StrictJson;
import dev.chancery.crypto.VerificationKey;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The record of a ceremony: a heading, its steps, and signatures under them (CEREMONY T-1). It is
 * written as lines of canonical JSON; each step names the SHA-256 of the line before it, and a
 * signature is over that of the last one. Does not change: each addition gives another one.
 */
public final class Transcript {
  /** Longer ones are no ceremonies. */
  public static final int MAX_BYTES = 1_048_576;

  private final Heading heading;
  private final List<Step> steps;
  private final List<Countersignature> signatures;
  private final Sha256 head;

  private Transcript(
      Heading heading, List<Step> steps, List<Countersignature> signatures, Sha256 head) {
    this.heading = heading;
    this.steps = steps;
    this.signatures = signatures;
    this.head = head;
  }

  /** One without steps. */
  public static Transcript of(Heading heading) {
    return new Transcript(heading, List.of(), List.of(), Sha256.of(heading.line()));
  }

  /**
   * This and one step more.
   *
   * @throws RefusedException {@code TRANSCRIPT_CHAIN} if the step is before the last one
   * @throws IllegalStateException if it is signed already
   */
  public Transcript with(Step step) {
    if (!signatures.isEmpty()) {
      throw new IllegalStateException("the transcript is signed");
    }
    if (!steps.isEmpty() && step.time().isBefore(steps.getLast().time())) {
      throw chain(
          "step " + (steps.size() + 1) + " at " + step.time(),
          "not before step " + steps.size() + " at " + steps.getLast().time());
    }
    List<Step> more = new ArrayList<>(steps);
    more.add(step);
    return new Transcript(
        heading, List.copyOf(more), List.of(), Sha256.of(step.line(more.size(), head)));
  }

  /**
   * This and one signature more.
   *
   * @param sign gives the signature of the bytes it is given
   * @throws RefusedException {@code TRANSCRIPT_SIGNATURE} if it does not verify
   */
  public Transcript signed(
      Countersignature.Signer signer,
      String name,
      VerificationKey key,
      Function<byte[], RawSignature> sign) {
    return with(new Countersignature(signer, name, key, sign.apply(toSign(signer, name))));
  }

  /** The bytes that somebody signs, for a key that is elsewhere. */
  public byte[] toSign(Countersignature.Signer signer, String name) {
    return Countersignature.message(heading, steps.size(), head, signer, name);
  }

  /** This and a signature that was made elsewhere; as {@link #signed}. */
  public Transcript with(Countersignature signature) {
    if (!signature.verifies(heading, steps.size(), head)) {
      throw new RefusedException(
          Refusal.TRANSCRIPT_SIGNATURE,
          "a signature of " + Quote.of(signature.name()) + " that does not verify",
          "one over " + steps.size() + " steps with head " + head,
          "sign this transcript with the key that is named");
    }
    List<Countersignature> more = new ArrayList<>(signatures);
    more.add(signature);
    return new Transcript(heading, steps, List.copyOf(more), head);
  }

  /** The lines, each with its line feed. */
  public byte[] bytes() {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    byte[] line = heading.line();
    Sha256 previous = Sha256.of(line);
    put(lines, line);
    for (int i = 0; i < steps.size(); i++) {
      line = steps.get(i).line(i + 1, previous);
      previous = Sha256.of(line);
      put(lines, line);
    }
    signatures.forEach(signature -> put(lines, signature.line(head)));
    return lines.toByteArray();
  }

  private static void put(ByteArrayOutputStream lines, byte[] line) {
    lines.writeBytes(line);
    lines.write('\n');
  }

  /**
   * Reads {@link #bytes}. The chain is followed and each signature verified with the key that it
   * names itself; whose keys those are is for {@link #checkSignedBy}.
   *
   * @throws RefusedException {@code TRANSCRIPT_FORM}, {@code TRANSCRIPT_CHAIN} or {@code
   *     TRANSCRIPT_SIGNATURE}
   */
  public static Transcript read(byte[] bytes) {
    List<byte[]> lines = lines(bytes);
    Transcript read = of(parse(1, lines.getFirst(), Heading::read));
    for (int i = 1; i < lines.size(); i++) {
      int number = i + 1;
      JsonObject json = parse(number, lines.get(i), object -> object);
      Transcript before = read;
      read =
          parse(
              number,
              lines.get(i),
              object ->
                  Step.TYPE.equals(Texts.text(object, "type"))
                      ? before.followedBy(number, object)
                      : before.with(Countersignature.read(object)));
      checkHead(number, json, before);
    }
    if (!Arrays.equals(read.bytes(), bytes)) {
      throw form("lines in another form");
    }
    return read;
  }

  private Transcript followedBy(int line, JsonObject json) {
    if (!signatures.isEmpty()) {
      throw chain("line " + line + ": a step behind a signature", "signatures at the end");
    }
    if (!Texts.text(json, "previous").equals(head.hex())
        || Texts.number(json, "number") != steps.size() + 1) {
      throw chain(
          "line " + line + ": a step that does not follow the one before it",
          "step " + (steps.size() + 1) + " behind " + head);
    }
    return with(Step.read(json));
  }

  private static void checkHead(int line, JsonObject json, Transcript before) {
    if (json.get("head") != null && !Texts.text(json, "head").equals(before.head.hex())) {
      throw chain("line " + line + ": a signature of another head", before.head.hex());
    }
  }

  private interface Reading<T> {
    T of(JsonObject json);
  }

  private static <T> T parse(int number, byte[] line, Reading<T> reading) {
    try {
      return reading.of(Texts.object(StrictJson.parse(line, StrictJson.Text.PRINTABLE_ASCII)));
    } catch (MalformedJsonException | IllegalArgumentException | DateTimeParseException e) {
      throw form("line " + number + " that is none of a transcript");
    }
  }

  private static List<byte[]> lines(byte[] bytes) {
    if (bytes.length == 0 || bytes.length > MAX_BYTES || bytes[bytes.length - 1] != '\n') {
      throw form(bytes.length + " bytes without a line feed at their end, or too many");
    }
    List<byte[]> lines = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        lines.add(Arrays.copyOfRange(bytes, start, i));
        start = i + 1;
      }
    }
    return lines;
  }

  /**
   * Passes if the appliance signed with one of its keys, and enough witnesses did with theirs.
   *
   * @param appliance keys of the appliance: its audit keys
   * @param witnesses keys of people who may witness
   * @param needed how many different ones of them
   * @throws RefusedException {@code TRANSCRIPT_SIGNATURE}
   */
  public void checkSignedBy(
      Collection<VerificationKey> appliance, Collection<VerificationKey> witnesses, int needed) {
    if (signers(Countersignature.Signer.APPLIANCE, appliance) == 0) {
      throw new RefusedException(
          Refusal.TRANSCRIPT_SIGNATURE,
          "no signature of the appliance's audit key",
          "one of " + appliance.size() + " keys known here",
          "compare the audit key with the one you kept");
    }
    long witnessed = signers(Countersignature.Signer.WITNESS, witnesses);
    if (witnessed < needed) {
      throw new RefusedException(
          Refusal.TRANSCRIPT_SIGNATURE,
          witnessed + " witnesses",
          needed + " of " + witnesses.size() + " whose keys are known here",
          "have the missing witnesses sign");
    }
  }

  private long signers(Countersignature.Signer signer, Collection<VerificationKey> keys) {
    return keys.stream()
        .map(key -> Sha256.of(key.subjectPublicKeyInfo()))
        .distinct()
        .filter(
            fingerprint ->
                signatures.stream()
                    .filter(each -> each.signer() == signer)
                    .anyMatch(
                        each -> Sha256.of(each.key().subjectPublicKeyInfo()).equals(fingerprint)))
        .count();
  }

  /** What it is of. */
  public Heading heading() {
    return heading;
  }

  /** What was done, in order. */
  public List<Step> steps() {
    return steps;
  }

  /** Who signed it, in order. */
  public List<Countersignature> signatures() {
    return signatures;
  }

  /** SHA-256 of the last line before the signatures: stands for everything in it. */
  public Sha256 head() {
    return head;
  }

  /** When the last step was done, if there was one. */
  public Optional<Instant> end() {
    return steps.isEmpty() ? Optional.empty() : Optional.of(steps.getLast().time());
  }

  private static RefusedException chain(String observed, String allowed) {
    return new RefusedException(
        Refusal.TRANSCRIPT_CHAIN,
        observed,
        allowed,
        "ask for the file again, and compare its head with the printed report");
  }

  private static RefusedException form(String observed) {
    return new RefusedException(
        Refusal.TRANSCRIPT_FORM,
        observed,
        "lines of canonical JSON: heading, steps, signatures",
        "ask for the file again");
  }
}
