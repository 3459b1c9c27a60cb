package ai.september.bap.local.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.september.bap.local.LocalException;
import ai.september.bap.worker.reconcile.ForeignThings;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ForeignPurgeTest {

    private static final String OWN = "00000000-0000-4000-8000-000000000000";
    private static final String DEAD = "dddddddd-0000-4000-8000-000000000000";
    private static final String ALIVE = "aaaaaaaa-0000-4000-8000-000000000000";

    /** A daemon in memory. */
    private final List<ForeignThings> there =
            new ArrayList<>(List.of(things(OWN, 1), things(DEAD, 0), things(ALIVE, 2)));

    private final Map<String, String> answers = new HashMap<>();
    private final List<String> questions = new ArrayList<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private static ForeignThings things(String id, long running) {
        return new ForeignThings(id, running, null, List.of("engine-1"), List.of("engine-data-1"), List.of());
    }

    private final class Daemon implements ForeignThings.Store {

        @Override
        public List<ForeignThings> list() {
            return List.copyOf(there);
        }

        @Override
        public void remove(ForeignThings seen) {
            assertThat(there.remove(seen)).isTrue();
        }
    }

    private boolean purge(@Nullable String own, List<String> named, boolean running, boolean yes)
            throws InterruptedException {
        Question question = text -> {
            questions.add(text);
            return answers.isEmpty()
                    ? Optional.empty()
                    : answers.entrySet().stream()
                            .filter(answer -> text.contains(answer.getKey()))
                            .map(Map.Entry::getValue)
                            .findFirst()
                            .or(() -> Optional.of(""));
        };
        return new ForeignPurge(new Daemon(), question, new PrintStream(out, true, StandardCharsets.UTF_8))
                .run(own, named, running, yes);
    }

    private List<String> left() {
        return there.stream().map(ForeignThings::installationId).toList();
    }

    @Test
    void itAsksForEachAndRemovesWhatIsConfirmedAndDead() throws Exception {
        answers.put("dddddddd", "dddddddd");
        answers.put("aaaaaaaa", "aaaaaaaa");

        assertThat(purge(OWN, List.of(), false, false)).as("not all are gone").isFalse();

        assertThat(left()).containsExactly(OWN, ALIVE);
        assertThat(questions).singleElement().asString().contains("brains", "dddddddd");
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("it is alive as far as one can see", "--running");
    }

    @Test
    void oneThatIsAliveIsRemovedOnlyWhereThatIsSaidAndAskedLoudly() throws Exception {
        answers.put("aaaaaaaa", "aaaaaaaa");

        assertThat(purge(OWN, List.of(ALIVE), true, false)).isTrue();

        assertThat(questions).singleElement().asString().contains("ENGINES THAT RUN");
        assertThat(left()).containsExactly(OWN, DEAD);
    }

    @Test
    void anyOtherAnswerKeepsIt() throws Exception {
        answers.put("dddddddd", "y");

        assertThat(purge(OWN, List.of(DEAD), false, false)).isFalse();

        assertThat(left()).contains(DEAD);
    }

    @Test
    void whereNobodyCanBeAskedNothingIsRemoved() {
        assertThatThrownBy(() -> purge(OWN, List.of(DEAD), false, false))
                .isInstanceOf(LocalException.class)
                .hasMessageContaining("no terminal");

        assertThat(left()).containsExactly(OWN, DEAD, ALIVE);
    }

    @Test
    void withoutAskingOnlyWhatIsNamedGoes() throws Exception {
        assertThat(purge(null, List.of(DEAD), false, true)).isTrue();

        assertThat(questions).isEmpty();
        assertThat(left()).containsExactly(OWN, ALIVE);
    }

    @Test
    void whoseIsWhoseIsNotGuessed() {
        String stranger = "99999999-0000-4000-8000-000000000000";
        for (String own : new String[] {null, stranger}) {
            assertThatThrownBy(() -> purge(own, List.of(), true, true))
                    .isInstanceOf(LocalException.class)
                    .hasMessageContainingAll("name those that are to go", OWN, DEAD, ALIVE);
        }
        assertThatThrownBy(() -> purge(OWN, List.of(OWN), true, true)).hasMessageContaining("the worker that answers");
        assertThatThrownBy(() -> purge(OWN, List.of(stranger), true, true))
                .hasMessageContaining("Nothing in this daemon");

        assertThat(left()).containsExactly(OWN, DEAD, ALIVE);
    }

    @Test
    void whereThereIsNothingElseItSaysSo() throws Exception {
        there.removeIf(things -> !things.installationId().equals(OWN));

        assertThat(purge(OWN, List.of(), true, true)).isTrue();

        assertThat(out.toString(StandardCharsets.UTF_8)).contains("Nothing of other installations");
        assertThat(left()).containsExactly(OWN);
    }
}
