import dev.sigstore.tuf.FileSystemTufStore;
import dev.sigstore.tuf.HttpFetcher;
import dev.sigstore.tuf.MetaFetcher;
import dev.sigstore.tuf.PassthroughCacheMetaStore;
import dev.sigstore.tuf.RootProvider;
import dev.sigstore.tuf.TrustedMetaStore;
import dev.sigstore.tuf.Updater;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;

/**
 * Follows a TUF repository with sigstore-java's client, as follow.mjs does with tuf-js. Arguments:
 * STATE URL; STATE holds root.json, the root trusted at first.
 */
public class Follow {
  public static void main(String[] arguments) throws Exception {
    BufferedReader questions = new BufferedReader(new InputStreamReader(System.in));
    for (String line = questions.readLine(); "look".equals(line); line = questions.readLine()) {
      String answer;
      try {
        answer = look(Path.of(arguments[0]), URI.create(arguments[1] + "/"));
      } catch (Exception e) {
        answer = "{\"refused\":\"" + e.getClass().getSimpleName() + "\"}";
      }
      System.out.println(answer);
    }
  }

  private static String look(Path state, URI repository) throws Exception {
    var files = FileSystemTufStore.newFileSystemStore(state);
    var store =
        TrustedMetaStore.newTrustedMetaStore(
            PassthroughCacheMetaStore.newPassthroughMetaCache(files));
    Updater.builder()
        .setTrustedMetaStore(store)
        .setTrustedRootPath(RootProvider.fromFile(state.resolve("root.json")))
        .setMetaFetcher(MetaFetcher.newFetcher(HttpFetcher.newFetcher(repository.toURL())))
        .setClock(Clock.systemUTC())
        .build()
        .updateMeta();
    return "{\"root\":%d,\"timestamp\":%d,\"snapshot\":%d,\"targets\":%d}"
        .formatted(
            store.getRoot().getSignedMeta().getVersion(),
            store.getTimestamp().getSignedMeta().getVersion(),
            store.getSnapshot().getSignedMeta().getVersion(),
            store.getTargets().getSignedMeta().getVersion());
  }
}
