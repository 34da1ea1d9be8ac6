/** Apache Kafka without what a single broker of ours does not use: 30 MB; gzip still works. */
export const kafkaVersion = '4.4.0';

const excluded = [
  ['org.scala-lang', 'scala-reflect'],
  ['com.github.luben', 'zstd-jni'],
  ['org.xerial.snappy', 'snappy-java'],
  ['org.lz4', 'lz4-java'],
  ['at.yawk.lz4', 'lz4-java'],
];

export const pom = `<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId><artifactId>kafka</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${kafkaVersion}</version>
      <exclusions>${excluded
        .map(
          ([group, name]) =>
            `<exclusion><groupId>${group}</groupId><artifactId>${name}</artifactId></exclusion>`,
        )
        .join('')}</exclusions>
    </dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
`;
