package dev.reliability.drill;

import java.util.Arrays;
import java.util.List;

/** The command line of the drills' measurements; {@code scripts/drill.sh} is its front. */
public final class Main {
    private static final int USAGE = 2;

    private static final String HELP = """
            load --address URL --out FOLDER [--backends FILE] [--rate 200] [--seconds 60] [--prepared 200]
                 [--warm-up 10] [--read-new true|false] [--seed 1] [--patience 15] [--recovery 60]
              Sends requests, and leaves requests.csv, transitions.csv and documents.csv in FOLDER. The file 'started'
              appears there when the load begins; it goes on until the file 'over' is there, but for --seconds at least. TOKEN is in the environment. FILE has a line NAME URL for each backend
              that is watched, and may change meanwhile.

            report --in FOLDER --title TEXT --what TEXT --section FILE.md --chart FILE.svg [--goal NAME=ALLOWED ...]
                 [--beyond FROM,TO]
              Reads these, 'marks' (lines MILLIS NAME TEXT) and 'checks' (lines met|missed NAME | MEASURED | ALLOWED), and
              ends with 0 if all goals are met, 1 if not. Goals:
            """ + Goals.NAMES;

    private Main() {}

    /** Ends the process: 0 done or passed, 1 failed, 2 wrong arguments. */
    public static void main(String[] args) {
        System.exit(run(Arrays.asList(args)));
    }

    private static int run(List<String> args) {
        String command = args.isEmpty() ? "" : args.get(0);
        List<String> rest = args.isEmpty() ? args : args.subList(1, args.size());
        try {
            return switch (command) {
                case "load" -> LoadCommand.run(rest, System.getenv(), MicroClock.system());
                case "report" -> ReportCommand.run(rest, System.out);
                case "-h", "--help" -> {
                    System.out.print(HELP);
                    yield 0;
                }
                default -> throw new IllegalArgumentException("the command is load or report, see --help");
            };
        } catch (IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage());
            return USAGE;
        } catch (Exception failed) {
            System.err.println(failed);
            return 1;
        }
    }
}
