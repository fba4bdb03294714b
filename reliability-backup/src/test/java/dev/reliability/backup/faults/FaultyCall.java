package dev.reliability.backup.faults;

import dev.reliability.core.storage.Fault;
import dev.reliability.core.storage.FaultyObjectStore.Call;
import dev.reliability.core.storage.FaultyObjectStore.Made;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * One call of a backup, and what is wrong with it.
 *
 * @param nth of its kind, from 1
 * @param key what it is about in the backup in which the calls were counted
 */
record FaultyCall(Call call, int nth, String key, Kind kind) {

    /** How a store fails. */
    enum Kind {
        FAILS(Fault::fail),
        REFUSES(Fault::failForGood),
        LOSES_ITS_ANSWER(Fault::answerLost),
        IS_FULL(() -> Fault.noSpace(20)),
        BREAKS_OFF(() -> Fault.cutAfter(20)),
        HANGS(Fault::hang),
        REPEATS(Fault::repeat),
        STORES_LESS(() -> Fault.storeLess(20)),
        LIES(Fault::lie),
        READS_LESS(() -> Fault.truncate(20)),
        READS_ANOTHER_BYTE(() -> Fault.flip(20));

        private final Supplier<Fault> fault;

        Kind(Supplier<Fault> fault) {
            this.fault = fault;
        }

        Fault fault() {
            return fault.get();
        }
    }

    private static final List<Kind> OF_EVERY_CALL = List.of(Kind.FAILS, Kind.REFUSES, Kind.HANGS, Kind.REPEATS);
    private static final List<Kind> OF_CHANGES = List.of(Kind.LOSES_ITS_ANSWER, Kind.LIES);
    private static final List<Kind> OF_WRITES = List.of(Kind.IS_FULL, Kind.BREAKS_OFF, Kind.STORES_LESS);
    private static final List<Kind> OF_READS = List.of(Kind.BREAKS_OFF, Kind.READS_LESS, Kind.READS_ANOTHER_BYTE);

    /** Everything that can be wrong with each of these calls. */
    static List<FaultyCall> inTurn(List<Made> calls) {
        List<FaultyCall> all = new ArrayList<>();
        Map<Call, Integer> counts = new EnumMap<>(Call.class);
        for (Made made : calls) {
            int nth = counts.merge(made.call(), 1, Integer::sum);
            List<Kind> kinds = new ArrayList<>(OF_EVERY_CALL);
            switch (made.call()) {
                case PUT, PUT_IF_ABSENT -> {
                    kinds.addAll(OF_CHANGES);
                    kinds.addAll(OF_WRITES);
                }
                case DELETE, REMOVE_ABANDONED -> kinds.addAll(OF_CHANGES);
                case GET -> kinds.addAll(OF_READS);
                case LIST -> kinds.add(Kind.BREAKS_OFF);
                case HEAD -> {}
            }
            kinds.forEach(kind -> all.add(new FaultyCall(made.call(), nth, made.key(), kind)));
        }
        return all;
    }

    @Override
    public String toString() {
        return "the store " + kind + " at " + call + " " + nth + ", of " + key;
    }
}
