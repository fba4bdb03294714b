package dev.reliability.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GoalsTest {
    private static Goal goal(Drilled drilled, String name, String allowed) {
        List<Goal> goals = new Goals(drilled.recording()).of(Map.of(name, allowed), Beyond.NOTHING);
        assertThat(goals).hasSize(3);
        return goals.get(2);
    }

    private static Drilled broken() {
        return new Drilled().served(0).mark(10, Mark.BROKEN);
    }

    @Test
    void aReadThatIsNotServed_isLost_andAWriteIsNoRead() {
        Drilled drilled = broken().request(11, 1, Call.UPLOAD, Outcome.FAILED);
        assertThat(goal(drilled, "reads-lost", "0").met()).isTrue();
        drilled.request(11, 1, Call.LIST, Outcome.REFUSED);
        assertThat(goal(drilled, "reads-lost", "0")).isEqualTo(new Goal("reads lost", "1", "0", false));
        assertThat(goal(drilled, "reads-lost", "1").met()).isTrue();
    }

    @Test
    void writesInFlightAtTheBreak_mayBeLost_andNoOthers() {
        Drilled drilled = broken().request(9.9, 0.2, Call.UPLOAD, Outcome.FAILED)
                .request(10.05, 0.2, Call.UPLOAD, Outcome.FAILED)
                .request(9.95, 0.2, Call.UPLOAD, Outcome.SERVED);
        Goal goal = goal(drilled, "writes-lost", "in-flight:0.1");
        assertThat(goal.met()).isTrue();
        assertThat(goal.measured()).isEqualTo("2, 0 of them not in flight");
        assertThat(goal.allowed()).startsWith("the 3 in flight");

        drilled.request(10.2, 0.2, Call.UPLOAD, Outcome.FAILED);
        assertThat(goal(drilled, "writes-lost", "in-flight:0.1").met()).isFalse();
        assertThat(goal(drilled, "writes-lost", "in-flight:3").met()).isTrue();
        assertThat(goal(drilled, "writes-lost", "2").met()).isFalse();
    }

    @Test
    void aWriteThatHadEndedBeforeTheBreak_wasNotInFlight() {
        Drilled drilled = broken().request(9, 0.5, Call.UPLOAD, Outcome.FAILED);
        assertThat(goal(drilled, "writes-lost", "in-flight:0.1").met()).isFalse();
    }

    @Test
    void rowsAreListsAndMetadata() {
        Drilled drilled = broken().request(11, 1, Call.CONTENT, Outcome.REFUSED);
        assertThat(goal(drilled, "rows-lost", "0").met()).isTrue();
        assertThat(goal(drilled.request(11, 1, Call.METADATA, Outcome.REFUSED), "rows-lost", "0")
                        .met())
                .isFalse();
    }

    @Test
    void aRefusalThatSaysWhenToComeBack_isExplained_aFailureIsNot() {
        Drilled drilled = broken().request(11, 1, Call.CONTENT, Outcome.REFUSED);
        assertThat(goal(drilled, "unexplained", "0").met()).isTrue();
        assertThat(goal(drilled.request(11, 1, Call.CONTENT, Outcome.FAILED), "unexplained", "0")
                        .met())
                .isFalse();
    }

    @Test
    void trafficHasMoved_afterTheLastRequestThatIsLostOrSlow() {
        Drilled drilled = broken().request(11.5, 0.1, Call.CONTENT, Outcome.FAILED)
                .request(12.5, 10, Call.CONTENT, Outcome.SERVED)
                .served(13);
        assertThat(goal(drilled, "moved-seconds", "3").measured()).isEqualTo("2.50 s");
        assertThat(goal(drilled, "moved-seconds", "3").met()).isTrue();
        assertThat(goal(drilled, "moved-seconds", "2").met()).isFalse();
        // What a repair disturbs is another matter.
        drilled.mark(20, Mark.REPAIRED).request(21, 5, Call.CONTENT, Outcome.SERVED);
        assertThat(goal(drilled, "moved-seconds", "3").measured()).isEqualTo("2.50 s");
    }

    @Test
    void recoveryIsCountedFromReadiness_elseFromTheRepair() {
        Drilled drilled = broken().mark(20, Mark.REPAIRED)
                .request(19, 5, Call.CONTENT, Outcome.FAILED)
                .request(22.5, 0.1, Call.CONTENT, Outcome.REFUSED)
                .served(23);
        assertThat(goal(drilled, "recovered-seconds", "2").measured()).isEqualTo("2.50 s");
        assertThat(goal(drilled, "recovered-seconds", "2").met()).isFalse();
        drilled.mark(21.5, Mark.READY);
        assertThat(goal(drilled, "recovered-seconds", "2"))
                .isEqualTo(new Goal("back until all is served", "1.00 s", "2 s", true));
    }

    @Test
    void detectionAndBreaker_areLookedForAfterTheBreak() {
        Drilled drilled = broken().state(5, "backend-1", "breaker database", "closed", "open")
                .state(6, "backend-1", "breaker database", "open", "closed")
                .state(10, "backend-1", "health", "", "unhealthy")
                .state(11, "backend-1", "health", "healthy", "unhealthy");
        assertThat(goal(drilled, "detected-seconds", "2").measured()).isEqualTo("1.00 s");
        assertThat(goal(drilled, "breaker-seconds", "8"))
                .isEqualTo(new Goal("broken until a breaker opened", "never", "8.0 s", false));
        drilled.state(19, "backend-2", "breaker database", "closed", "open");
        assertThat(goal(drilled, "breaker-seconds", "8").met()).isFalse();
        assertThat(goal(drilled, "breaker-seconds", "9").met()).isTrue();
    }

    @Test
    void refusalsAreTimedWhileABreakerIsOpen() {
        Drilled drilled = broken().request(10.1, 5, Call.CONTENT, Outcome.REFUSED)
                .state(11, "backend-1", "breaker storage", "closed", "open");
        assertThat(goal(drilled, "refused-millis", "100").met()).isFalse();
        for (int n = 0; n < 99; n++) {
            drilled.request(12 + n / 100.0, 0.02, Call.CONTENT, Outcome.REFUSED);
        }
        drilled.request(13, 2, Call.CONTENT, Outcome.REFUSED);
        assertThat(goal(drilled, "refused-millis", "100").measured()).isEqualTo("20 ms");
        assertThat(goal(drilled, "refused-millis", "10").met()).isFalse();
    }

    @Test
    void aDocumentThatIsNotWhole_isLost_andSoIsAWrongAnswer() {
        Drilled drilled = broken().document(5, Fate.WHOLE);
        assertThat(new Goals(drilled.recording()).of(Map.of(), Beyond.NOTHING)).allMatch(Goal::met);
        for (Fate fate : List.of(Fate.MISSING, Fate.CHANGED, Fate.UNREADABLE)) {
            List<Goal> goals = new Goals(broken().document(5, fate).recording()).of(Map.of(), Beyond.NOTHING);
            assertThat(goals.get(0)).isEqualTo(new Goal("acknowledged documents lost", "1", "0", false));
        }
        List<Goal> goals =
                new Goals(broken().request(3, 1, Call.LIST, Outcome.WRONG).recording()).of(Map.of(), Beyond.NOTHING);
        assertThat(goals.get(1).met()).isFalse();
    }

    @Test
    void whatABackupCanNotHave_isNoLoss_andAllElseIs() {
        Beyond beyond = Beyond.parse("backup,dropped");
        Drilled drilled = new Drilled()
                .mark(5, "backup")
                .mark(10, "dropped")
                .document(6, Fate.MISSING)
                .document(9, Fate.WHOLE);
        assertThat(beyond.lost(drilled.recording())).isZero();
        assertThat(beyond.notInBackup(drilled.recording())).isEqualTo(1);
        drilled.document(4, Fate.MISSING).document(11, Fate.MISSING);
        assertThat(beyond.lost(drilled.recording())).isEqualTo(2);
        assertThatThrownBy(() -> Beyond.parse("backup")).hasMessageContaining("two marks");
    }

    @Test
    void whatIsNoGoal_orNoNumber_orLacksItsMark_isNamed() {
        assertThatThrownBy(() -> goal(broken(), "reads", "0"))
                .hasMessageStartingWith("there is no goal 'reads', only:");
        assertThatThrownBy(() -> goal(broken(), "reads-lost", "few"))
                .hasMessage("the goal reads-lost=few is no whole number");
        assertThatThrownBy(() -> goal(broken(), "moved-seconds", "soon"))
                .hasMessage("the goal moved-seconds=soon is no number of seconds");
        assertThatThrownBy(() -> goal(broken(), "recovered-seconds", "1"))
                .hasMessage("the script has set no mark 'repaired'");
    }
}
