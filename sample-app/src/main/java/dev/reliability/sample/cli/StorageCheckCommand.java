package dev.reliability.sample.cli;

import dev.reliability.sample.configuration.Configuration;
import dev.reliability.sample.configuration.ConfigurationException;
import dev.reliability.sample.storagecheck.Place;
import dev.reliability.sample.storagecheck.Places;
import dev.reliability.sample.storagecheck.Promise;
import dev.reliability.sample.storagecheck.StorageCheck;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** Asks the configured stores for their promises. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = "Asks the store of the documents and those of the backups for every promise that this software"
                + " relies on, in a place of its own that is removed afterwards. Prints a line a promise: store, number,"
                + " kept, limit or broken, promise, and how it was broken, separated by tabs. A limit is about keys"
                + " that neither documents nor backups have, and harms neither. Ends with 1 if any promise was"
                + " broken. The one offsite is asked only when it is named, with keys that may delete, which copies do"
                + " not need. Needs STORAGE_* for documents, BACKUP_* for backups, OFFSITE_* for offsite.")
final class StorageCheckCommand implements Callable<Integer> {
    private final CommandContext context;

    @Parameters(
            arity = "0..*",
            paramLabel = "STORE",
            converter = Name.class,
            description = "documents, backups, offsite (default: the first two)")
    private List<Store> stores = new ArrayList<>();

    StorageCheckCommand(CommandContext context) {
        this.context = context;
    }

    /** The stores that there are, by the names that they have here. */
    private enum Store {
        documents,
        backups,
        offsite
    }

    @Override
    public Integer call() throws ConfigurationException {
        // All of them before the first: a wrong variable should not show after minutes.
        Map<Store, Place> places = new EnumMap<>(Store.class);
        for (Store store : Store.values()) {
            if (stores.contains(store) || (stores.isEmpty() && store != Store.offsite)) {
                placeIn(store).ifPresent(place -> places.put(store, place));
            }
        }
        if (stores.contains(Store.offsite) && !places.containsKey(Store.offsite)) {
            context.err().println("BACKUP_OFFSITE is not set: there is no such store");
            return ExitCode.USAGE;
        }
        context.interruption().listen();
        boolean kept = true;
        for (Map.Entry<Store, Place> place : places.entrySet()) {
            kept &= check(place.getKey(), place.getValue());
        }
        return kept ? ExitCode.DONE : ExitCode.FAILED;
    }

    /** Empty if it is not configured. */
    private Optional<Place> placeIn(Store store) throws ConfigurationException {
        return switch (store) {
            case documents -> Optional.of(Places.in(Configuration.forStorage(context.environment())));
            case backups ->
                Optional.of(Places.in(
                        Configuration.forRepositories(context.environment()).repository()));
            case offsite ->
                Configuration.forRepositories(context.environment()).offsite().map(Places::in);
        };
    }

    private boolean check(Store store, Place place) {
        StorageCheck check = new StorageCheck(place);
        context.interruption().cancels(() -> {
            check.cancel();
            return true;
        });
        try {
            return check.run(promise -> context.out().println(line(store, promise)));
        } catch (IOException e) {
            context.err().println(store + ": " + e.getMessage());
            return false;
        }
    }

    private static String line(Store store, Promise promise) {
        String line = String.join("\t", store.name(), promise.number(), verdict(promise), promise.text());
        return promise.fault().map(fault -> line + "\t" + fault).orElse(line);
    }

    private static String verdict(Promise promise) {
        if (promise.fault().isEmpty()) {
            return "kept";
        }
        return promise.needed() ? "broken" : "limit";
    }

    private static final class Name implements ITypeConverter<Store> {
        @Override
        public Store convert(String text) {
            return Arrays.stream(Store.values())
                    .filter(store -> store.name().equals(text))
                    .findFirst()
                    .orElseThrow(() ->
                            new TypeConversionException("'" + text + "' is not one of documents, backups, offsite"));
        }
    }
}
