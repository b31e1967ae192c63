package dev.chancery.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import dev.chancery.api.RepositoryName;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RepositoryPatternTest {
  @ParameterizedTest(name = "{0} and {1}: {2}")
  @CsvSource({
    "r.example/team/app,   r.example/team/app,   true",
    "r.example/team/app,   r.example/team/apps,  false",
    "r.example/team/app,   r.example/team/ap,    false",
    "r.example/team/app,   xr.example/team/app,  false",
    "r.example/team/app,   r.example/team/APP,   false",
    "r.example/team/app,   rxexample/team/app,   false",
    "r.example/*/app,      r.example/team/app,   true",
    "r.example/*/app,      r.example/a/b/app,    false",
    "r.example/*/app,      r.example//app,       true",
    "r.example/te*,        r.example/te,         true",
    "r.example/te*,        r.example/team,       true",
    "r.example/te*,        r.example/team/app,   false",
    "r.example/**,         r.example/team/app,   true",
    "r.example/**,         r.example/,           true",
    "r.example/**,         r.example,            false",
    "r.example/**,         r.example.org/team,   false",
    "**,                   r.example/team/app,   true",
    "*,                    app,                  true",
    "*,                    team/app,             false",
    "**/app,               r.example/team/app,   true",
    "**/app,               app,                  false",
    "**/app,               r.example/team/myapp, false",
    "a**b*c,               axx/yb-c,             true",
    "a**b*c,               axx/yb/c,             false",
    "*a*b,                 aab,                  true",
    "*a*b,                 aba,                  false",
  })
  void aStarStaysWithinASegmentAndTwoCrossIt(String pattern, String name, boolean expected) {
    assertEquals(expected, RepositoryPattern.of(pattern).matches(new RepositoryName(name)));
  }

  @ParameterizedTest
  @CsvSource({
    "'a.c',      'abc'",
    "'[ab]c',    'ac'",
    "'a|b',      'a'",
    "'a?',       'a'",
    "'(a)',      'a'",
    "'\\Qa\\E*', 'ab'",
    "'^a$',      'a'",
    "'{a,b}',    'a'",
  })
  void everythingButStarsStandsForItself(String pattern, String other) {
    RepositoryPattern read = RepositoryPattern.of(pattern);
    assertEquals(false, read.matches(new RepositoryName(other)));
    assertEquals(true, read.matches(new RepositoryName(pattern)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a***", "***", "a\tb", "a\u0000"})
  void refusesWhatCannotBeMeant(String pattern) {
    assertThrows(IllegalArgumentException.class, () -> RepositoryPattern.of(pattern));
  }

  @Test
  void takes255CharactersAndNotOneMore() {
    assertEquals(255, RepositoryPattern.of("a".repeat(255)).toString().length());
    assertThrows(IllegalArgumentException.class, () -> RepositoryPattern.of("a".repeat(256)));
  }

  @Test
  void manyStarsTakeNoLongerThanTheirNumberTimesTheNames() {
    RepositoryPattern pattern = RepositoryPattern.of("*a".repeat(100) + "b");
    RepositoryName name = new RepositoryName("a".repeat(255));
    assertTimeout(Duration.ofSeconds(1), () -> assertEquals(false, pattern.matches(name)));
  }
}
