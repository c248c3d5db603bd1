# The product alone; compose.yaml puts it beside a database. Built by BuildKit, which keeps Maven's downloads between builds.
FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /source
COPY .mvn .mvn
COPY pom.xml schema.graphqls ./
COPY migrations migrations
COPY src/main src/main
RUN --mount=type=cache,target=/root/.m2 mvn -B -Dmaven.test.skip=true package

FROM eclipse-temurin:25-jre
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin pulsegraph
WORKDIR /pulsegraph
COPY --from=build /source/target/lib lib
COPY --from=build /source/target/pulsegraph.jar .
USER 10001
EXPOSE 8080
# Commands follow: `docker compose run --rm pulsegraph migrate`. Nothing but the server runs here, so half of the memory is for
# the heap; with what may be outside of it, 512 MB are enough. PULSEGRAPH_JAVA_OPTIONS adds options of the JVM, and wins.
ENTRYPOINT ["sh", "-c", "exec java -XX:+UseParallelGC -XX:+UseCompactObjectHeaders -XX:+ExitOnOutOfMemoryError \
            -XX:MaxRAMPercentage=50 -XX:MaxDirectMemorySize=64m -Dio.netty.maxDirectMemory=67108864 \
            --enable-native-access=ALL-UNNAMED ${PULSEGRAPH_JAVA_OPTIONS:-} -jar /pulsegraph/pulsegraph.jar \"$@\"", "pulsegraph"]
