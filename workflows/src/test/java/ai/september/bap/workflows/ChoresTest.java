package ai.september.bap.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The workflows of the whole installation: deleting products, and what is past its time. */
@Timeout(120)
class ChoresTest {

    static Stream<Chore> chores() {
        return Chore.all().stream();
    }

    @ParameterizedTest
    @MethodSource("chores")
    void goOnAsLongAsThereIsSomethingToDo(Chore chore) {
        List<String> happened = chore.run().happened();

        assertThat(happened)
                .isEqualTo(chore.answers().stream().map(Object::toString).toList());
    }

    @ParameterizedTest
    @MethodSource("chores")
    void leaveLittleInTheirHistories(Chore chore) {
        String history = chore.run().history();

        int events = history.split("\"eventId\"", -1).length - 1;
        assertThat(events).isLessThan(60);
        assertThat(history.contains("WORKFLOW_EXECUTION_COMPLETED"))
                .isEqualTo(chore.type().equals("DeleteProduct"));
    }
}
