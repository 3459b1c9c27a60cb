package ai.september.bap.registry.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class WakeTimesTest {

    private static final Instant NOW = Instant.parse("2026-03-27T10:00:00Z");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 7 * * *       | UTC              | 2026-03-28T07:00:00Z",
                "0 7 * * 1-5     | Europe/Berlin    | 2026-03-30T05:00:00Z",
                "*/15 * * * *    | UTC              | 2026-03-27T10:15:00Z",
                "30 2 29 3 *     | Europe/Berlin    | 2027-03-29T00:30:00Z",
                "0,30 7-9/2 * * *| UTC              | 2026-03-28T07:00:00Z",
                "0 0 29 2 *      | America/New_York | 2028-02-29T05:00:00Z",
                "0 12 * * 7      | +02:00           | 2026-03-29T10:00:00Z"
            })
    void theNextTimeIsToldInItsTimeZone(String cron, String timezone, Instant next) {
        assertThat(WakeTimes.cron(cron, timezone).from(NOW).nextWakeAt()).isEqualTo(next);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "7",
                "0 7 * *",
                "0 0 7 * * *",
                "60 7 * * *",
                "0 24 * * *",
                "0 7 * * 9",
                "@reboot",
                "0 7 L * ?",
                "0 7 * * MON",
                "1-5/ * * * *",
                "/5 * * * *",
                "0 0|1 1|2|3 * *",
                "0 0 * * *||5 5 * * *",
                "\u0663 * * * *",
                "0 7\n* * *",
                "a b c d e"
            })
    void whatIsNoCrontabLineIsRefused(String cron) {
        assertThatThrownBy(() -> WakeTimes.cron(cron, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cron must be a crontab line of five fields");
    }

    @Test
    void aLineIsKeptWithSingleBlanks() {
        assertThat(WakeTimes.cron("  0\t7  * * 1 ", null).from(NOW))
                .extracting(Schedule::cron, Schedule::timezone)
                .containsExactly("0 7 * * 1", "UTC");
    }

    @Test
    void inTheHourThatComesTwiceALineOfOneMinuteComesOnce() {
        Instant before = Instant.parse("2026-10-25T00:00:00Z");
        Instant once = WakeTimes.after("30 2 * * *", "Europe/Berlin", before).orElseThrow();

        assertThat(once).isEqualTo(Instant.parse("2026-10-25T00:30:00Z"));
        assertThat(WakeTimes.after("30 2 * * *", "Europe/Berlin", once))
                .contains(Instant.parse("2026-10-26T01:30:00Z"));
    }

    @Test
    void aLineThatIsTooLongIsRefused() {
        assertThatThrownBy(() -> WakeTimes.cron("0 7 * * " + "1,".repeat(200) + "1", null))
                .hasMessageContaining("cron must be");
    }

    @Test
    void whatNeverComesIsRefused() {
        assertThatThrownBy(() -> WakeTimes.cron("0 0 30 2 *", "UTC").from(NOW)).hasMessageContaining("cron");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Mars/Olympus", "", "+25:00"})
    void aTimeZoneHasToBeOne(String timezone) {
        assertThatThrownBy(() -> WakeTimes.cron("0 7 * * *", timezone)).hasMessageContaining("timezone must be");
    }

    @Test
    void aTimeHasToBeToComeAndWithinReach() {
        assertThat(WakeTimes.at(NOW.plusSeconds(1)).from(NOW).nextWakeAt()).isEqualTo(NOW.plusSeconds(1));
        for (Instant never : new Instant[] {NOW, NOW.minusSeconds(1), NOW.plus(Duration.ofDays(4_000)), Instant.MAX}) {
            assertThatThrownBy(() -> WakeTimes.at(never).from(NOW)).hasMessageContaining("wake_at must be");
        }
    }
}
