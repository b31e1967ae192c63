package dev.chancery.cli.bench;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What was measured.
 *
 * @param rawOne raw C_Sign a second with one thread, before the server ran and after
 * @param rawTwo the same with two threads
 * @param verifyMicros what one verification costs
 * @param listeningMillis from exec to a listener
 * @param readyMillis from exec to ready
 * @param first the first seconds after ready
 */
record BenchReport(
    int repositories,
    List<Double> rawOne,
    List<Double> rawTwo,
    double verifyMicros,
    double listeningMillis,
    double readyMillis,
    Cell first,
    List<Cell> cells) {
  BenchReport {
    rawOne = List.copyOf(rawOne);
    rawTwo = List.copyOf(rawTwo);
    cells = List.copyOf(cells);
  }

  /**
   * One load.
   *
   * @param serverMicros CPU of the server for each signature
   * @param clientMicros CPU of the load generator for each signature
   * @param residentMiB memory of the server at the end of it
   */
  record Cell(
      int workers,
      double perSecond,
      double p50,
      double p99,
      double p999,
      double serverMicros,
      double clientMicros,
      long residentMiB) {

    private Map<String, Object> json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("workers", workers);
      json.put("signaturesPerSecond", perSecond);
      json.put("p50Millis", p50);
      json.put("p99Millis", p99);
      json.put("p999Millis", p999);
      json.put("serverCpuMicros", serverMicros);
      json.put("clientCpuMicros", clientMicros);
      json.put("residentMiB", residentMiB);
      return json;
    }
  }

  /** As JSON. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("repositories", repositories);
    json.put("rawPerSecondOneThread", rawOne);
    json.put("rawPerSecondTwoThreads", rawTwo);
    json.put("verifyMicros", verifyMicros);
    json.put("listeningMillis", listeningMillis);
    json.put("readyMillis", readyMillis);
    json.put("firstSeconds", first.json());
    List<Map<String, Object>> all = new ArrayList<>();
    for (Cell cell : cells) {
      Map<String, Object> row = cell.json();
      row.put("ratioToRawTwoThreads", ratio(cell));
      row.put("serverCpuBeyondSignAndVerifyMicros", beyond(cell));
      all.add(row);
    }
    json.put("loads", all);
    return json;
  }

  private double ratio(Cell cell) {
    return cell.perSecond() / mean(rawTwo);
  }

  /** What of the server's CPU is neither C_Sign nor verification. */
  private double beyond(Cell cell) {
    return cell.serverMicros() - 1e6 / mean(rawOne) - verifyMicros;
  }

  void print(PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "token      raw C_Sign %.0f/s with one thread, %.0f/s with two (before and after: %s)%n",
        mean(rawOne),
        mean(rawTwo),
        rates(rawTwo));
    out.printf(
        Locale.ROOT,
        "CPU        C_Sign %.0f us, verification %.0f us, each alone%n",
        1e6 / mean(rawOne),
        verifyMicros);
    out.printf(
        Locale.ROOT,
        "start      listening %.0f ms after exec, ready after %.0f ms%n",
        listeningMillis,
        readyMillis);
    out.printf(
        Locale.ROOT,
        "first      %d workers in the first seconds after ready: %.0f/s, p50 %.2f ms, p99 %.1f ms%n",
        first.workers(),
        first.perSecond(),
        first.p50(),
        first.p99());
    out.printf("%n%d repositories; then, warm:%n", repositories);
    out.println(
        "workers  signatures/s  of raw  p50 ms  p99 ms  p99.9 ms  server us  beyond  client us"
            + "  RSS MiB");
    for (Cell cell : cells) {
      out.printf(
          Locale.ROOT,
          "%7d  %12.0f  %5.0f%%  %6.2f  %6.2f  %8.2f  %9.0f  %6.0f  %9.0f  %7d%n",
          cell.workers(),
          cell.perSecond(),
          100 * ratio(cell),
          cell.p50(),
          cell.p99(),
          cell.p999(),
          cell.serverMicros(),
          beyond(cell),
          cell.clientMicros(),
          cell.residentMiB());
    }
    out.println();
    out.println("us: CPU of one signature; beyond: the server's without C_Sign and verification.");
  }

  private static String rates(List<Double> values) {
    return String.join(
        ", ", values.stream().map(value -> String.format(Locale.ROOT, "%.0f", value)).toList());
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
  }
}
