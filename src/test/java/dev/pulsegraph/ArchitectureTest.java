package dev.pulsegraph;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import dev.pulsegraph.support.PackageTable;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** What may know what. A rule that stands in the way of something good is changed here, in the open. */
class ArchitectureTest {
    private static final String GRAPHQL = "dev.pulsegraph.graphql..";
    private static final String EVENT = "dev.pulsegraph.event..";
    private static final String BULK = "dev.pulsegraph.bulk..";
    private static final String PRIVACY = "dev.pulsegraph.privacy..";
    private static final String WEB = "dev.pulsegraph.web..";
    private static final String HTTP = "dev.pulsegraph.http..";
    private static final PackageTable TABLE = PackageTable.read();

    /** Our sources alone, without what annotation processors made of them. */
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("$Intercepted")
                    && !location.contains("$Definition")
                    && !location.contains("$Introspection")
                    && !location.contains("$ApplicationModule"))
            .importPackages("dev.pulsegraph");

    @Test
    void packages_have_no_cycles() {
        slices().matching("dev.pulsegraph.(*)..")
                .should()
                .beFreeOfCycles()
                .because("a cycle makes one package of two; move what both need into the one that knows less")
                .check(CLASSES);
    }

    @Test
    void every_package_is_a_line_of_the_table() {
        assertThat(CLASSES.getPackage("dev.pulsegraph").getSubpackages())
                .extracting(JavaPackage::getRelativeName)
                .as("packages, as the table of ARCHITECTURE.md names them")
                .containsExactlyInAnyOrderElementsOf(TABLE.packages());
    }

    @Test
    void shared_packages_do_not_know_features() {
        noClasses()
                .that()
                .resideInAnyPackage(inside(TABLE.shared()))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(inside(TABLE.features()))
                .because("a feature is added without touching what is shared; let the feature offer a bean instead")
                .check(CLASSES);
    }

    @Test
    void packages_know_only_what_the_table_says_they_may_use() {
        LayeredArchitecture layers = layeredArchitecture().consideringOnlyDependenciesInLayers();
        for (String name : TABLE.packages()) {
            layers = layers.layer(name).definedBy(inside(List.of(name)));
        }
        for (String name : TABLE.packages()) {
            String[] used = TABLE.mayUse(name).toArray(String[]::new);
            layers = used.length == 0
                    ? layers.whereLayer(name).mayNotAccessAnyLayer()
                    : layers.whereLayer(name).mayOnlyAccessLayers(used);
        }
        layers.because(
                        "the table of ARCHITECTURE.md says so; wire a field into an earlier feature from the later one, move what both"
                                + " need into a shared package, or change the line")
                .check(CLASSES);
    }

    @Test
    void jobs_know_only_the_database_and_problems() {
        noClasses()
                .that()
                .resideInAPackage("dev.pulsegraph.job..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.pulsegraph.paging..", "dev.pulsegraph.security..", GRAPHQL)
                .because("a job works for nobody who asks; what shows jobs to people is a feature")
                .check(CLASSES);
    }

    @Test
    void series_know_no_sql() {
        noClasses()
                .that()
                .resideInAPackage("dev.pulsegraph.series..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.pulsegraph.database..", "io.micronaut..")
                .because("what series are made of is the statement of a feature, which hands over rows")
                .check(CLASSES);
    }

    @Test
    void only_the_graphql_package_knows_graphql_java() {
        noClasses()
                .that()
                .resideOutsideOfPackage(GRAPHQL)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("graphql..", "org.dataloader..")
                .because("resolvers see Call, Arguments and Wiring, which say all they need and no more")
                .check(CLASSES);
    }

    @Test
    void only_resolvers_and_loaders_know_graphql() {
        noClasses()
                .that()
                .resideOutsideOfPackage(GRAPHQL)
                .and(DescribedPredicate.not(partOf("Resolver", "Loader")))
                .should()
                // Settings are plain values, which the command line checks before anything starts.
                .dependOnClassesThat(
                        resideInAPackage(GRAPHQL).and(DescribedPredicate.not(simpleNameEndingWith("Settings"))))
                .because("services and repositories work the same for a command or a job; pass them plain values")
                .check(CLASSES);
    }

    @Test
    void graphql_and_the_other_ways_in_do_not_know_each_other() {
        noClasses()
                .that()
                .resideInAnyPackage(BULK, WEB)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(GRAPHQL)
                .because("they are ways in of their own; what both need stands in the packages http and request")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage(GRAPHQL)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(BULK, WEB)
                .because("they are ways in of their own; what both need stands in the packages http and request")
                .check(CLASSES);
    }

    @Test
    void only_the_ways_in_know_http() {
        noClasses()
                .that()
                .resideOutsideOfPackages(GRAPHQL, BULK, EVENT, PRIVACY, WEB, HTTP)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.micronaut.http..", "io.netty..")
                .because(
                        "the ways in end in the packages graphql, bulk, event, privacy and web, with what they share in http")
                .check(CLASSES);
    }

    @Test
    void only_the_database_package_and_repositories_know_jdbc() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.pulsegraph.database..")
                .and(DescribedPredicate.not(partOf("Repository")))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..", "org.postgresql..")
                .because("whoever holds a connection could leave the operation's transaction; write a repository")
                .check(CLASSES);
    }

    @Test
    void nobody_asks_for_the_time_but_the_clock() {
        noClasses()
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(LocalDate.class, "now")
                .orShould()
                .callMethod(LocalDateTime.class, "now")
                .orShould()
                .callMethod(OffsetDateTime.class, "now")
                .orShould()
                .callMethod(ZonedDateTime.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callConstructor(Date.class)
                .because("the clock is an argument: inject java.time.Clock, so that a test can say what time it is")
                .check(CLASSES);
    }

    @Test
    void the_clock_is_made_in_one_place() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.pulsegraph.command..")
                .should()
                .callMethod(Clock.class, "systemUTC")
                .orShould()
                .callMethod(Clock.class, "systemDefaultZone")
                .because("a second clock is one that tests cannot set")
                .check(CLASSES);
    }

    @Test
    void names_say_what_a_class_is_for() {
        noClasses()
                .should()
                .haveNameMatching(".*(Util|Utils|Utility|Helper|Manager|Common|Base|Impl|Dto|DTO)([A-Z$].*)?")
                .because("such a name fits anything, and soon holds it; name the thing it does")
                .check(CLASSES);
    }

    @Test
    void repositories_are_interfaces() {
        classes()
                .that()
                .haveSimpleNameEndingWith("Repository")
                .should()
                .beInterfaces()
                .because("a repository is SQL beside its signature and nothing else")
                .check(CLASSES);
    }

    @Test
    void every_package_is_null_marked() {
        for (JavaPackage javaPackage : CLASSES.getPackage("dev.pulsegraph").getSubpackagesInTree()) {
            assertThat(javaPackage.isAnnotatedWith(NullMarked.class))
                    .as(
                            "%s needs a package-info.java with @NullMarked, so that null is checked in it",
                            javaPackage.getName())
                    .isTrue();
        }
        assertThat(CLASSES.getPackage("dev.pulsegraph").isAnnotatedWith(NullMarked.class))
                .isTrue();
    }

    private static String[] inside(List<String> packages) {
        return packages.stream().map(name -> "dev.pulsegraph." + name + "..").toArray(String[]::new);
    }

    /** Classes with such a name, and what is nested in them. */
    private static DescribedPredicate<JavaClass> partOf(String... suffixes) {
        return DescribedPredicate.describe("are part of a *" + String.join(" or *", suffixes), javaClass -> {
            String outermost = javaClass.getName().replaceFirst("\\$.*", "");
            for (String suffix : suffixes) {
                if (outermost.endsWith(suffix)) {
                    return true;
                }
            }
            return false;
        });
    }
}
