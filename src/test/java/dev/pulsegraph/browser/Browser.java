package dev.pulsegraph.browser;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/**
 * Chromium without a window. Pages in it live twenty times as fast: what they put off for two seconds happens after a tenth of
 * one. Their clock can be set ahead.
 */
final class Browser implements AutoCloseable {
    /** One that no list of bots knows; that of Chromium without a window is on all of them. */
    static final String USER_AGENT =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

    private static final String FAST_AND_AHEAD = """
            (() => {
              const RealDate = Date, realTimeout = setTimeout;
              window.ahead = AHEAD;
              window.Date = class extends RealDate {
                constructor(...parts) { if (parts.length) super(...parts); else super(Date.now()); }
                static now() { return RealDate.now() + ahead; }
              };
              window.setTimeout = (work, delay = 0, ...rest) => realTimeout(work, delay / 20, ...rest);
              window.realWait = (delay, done) => realTimeout(done, delay);
            })()""";

    private final ChromeDriver driver;
    private final Path profile;
    private final List<String> scripts = new ArrayList<>();
    private @Nullable String clock;

    private Browser(ChromeDriver driver, Path profile) {
        this.driver = driver;
        this.profile = profile;
        setAhead(Duration.ZERO);
    }

    static Browser start() {
        return start(Map.of());
    }

    /**
     * Starts one; where there is none the test is skipped, or fails if {@code -Dbrowser=required} says so.
     *
     * @param preferences what a user would have set in its settings
     */
    static Browser start(Map<String, ?> preferences) {
        File binary = onPath("chromium", "chromium-browser", "google-chrome");
        File driver = onPath("chromedriver");
        if (binary == null || driver == null) {
            String missing =
                    "There is no Chromium here: install chromium and chromium-driver (Debian's names) for the tests in it.";
            if ("required".equals(System.getProperty("browser"))) {
                throw new AssertionError(missing);
            }
            abort(missing);
            throw new AssertionError(missing);
        }
        try {
            Path profile = Files.createTempDirectory("pulsegraph-browser");
            ChromeOptions options = new ChromeOptions()
                    .setBinary(binary)
                    .addArguments(
                            "--headless",
                            "--disable-gpu",
                            "--disable-quic",
                            "--no-first-run",
                            "--disable-background-networking",
                            "--disable-component-update",
                            "--disable-sync",
                            "--user-agent=" + USER_AGENT,
                            "--user-data-dir=" + profile);
            if ("root".equals(System.getProperty("user.name"))) {
                options.addArguments("--no-sandbox");
            }
            options.setExperimentalOption("prefs", preferences);
            var service = new ChromeDriverService.Builder()
                    .usingDriverExecutable(driver)
                    .usingAnyFreePort();
            return new Browser(new ChromeDriver(service.build(), options), profile);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable File onPath(String... names) {
        for (String name : names) {
            for (String directory : Objects.toString(System.getenv("PATH"), "").split(File.pathSeparator)) {
                File file = new File(directory, name);
                if (file.canExecute()) {
                    return file;
                }
            }
        }
        return null;
    }

    void open(String url) {
        driver.get(url);
    }

    void click(String selector) {
        driver.findElement(By.cssSelector(selector)).click();
    }

    void resize(int width, int height) {
        driver.manage().window().setSize(new Dimension(width, height));
    }

    void back() {
        driver.navigate().back();
    }

    @Nullable
    Object run(String script, Object... values) {
        return driver.executeScript(script, values);
    }

    String text(String selector) {
        return driver.findElement(By.cssSelector(selector)).getText();
    }

    /** Sets the clock of this page and of those that are opened after it. */
    void setAhead(Duration ahead) {
        if (clock != null) {
            forget(clock);
        }
        clock = add(FAST_AND_AHEAD.replace("AHEAD", String.valueOf(ahead.toMillis())));
        run("window.ahead = arguments[0]", ahead.toMillis());
    }

    /** Runs a script in every page from now on, before anything else in it. */
    void beforeEveryPage(String script) {
        scripts.add(add(script));
    }

    private String add(String script) {
        Map<String, Object> added =
                driver.executeCdpCommand("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script));
        return String.valueOf(added.get("identifier"));
    }

    private void forget(String script) {
        driver.executeCdpCommand("Page.removeScriptToEvaluateOnNewDocument", Map.of("identifier", script));
    }

    void setOffline(boolean offline) {
        driver.executeCdpCommand("Network.enable", Map.of());
        driver.executeCdpCommand(
                "Network.emulateNetworkConditions",
                Map.of("offline", offline, "latency", 0, "downloadThroughput", -1, "uploadThroughput", -1));
    }

    /** Waits in the page for as long as a request would have taken several times over. */
    void letPass(Duration duration) {
        driver.executeAsyncScript("window.realWait(arguments[0], arguments[1])", duration.toMillis());
    }

    /** Leaves all pages, and forgets what was set. */
    void reset() {
        driver.get("about:blank");
        scripts.forEach(this::forget);
        scripts.clear();
        setAhead(Duration.ZERO);
    }

    @Override
    public void close() {
        driver.quit();
        try (Stream<Path> files = Files.walk(profile)) {
            files.sorted(java.util.Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException | UncheckedIOException stillWritten) {
            // The browser is ending; what it writes meanwhile is in the directory of temporary files.
        }
    }
}
