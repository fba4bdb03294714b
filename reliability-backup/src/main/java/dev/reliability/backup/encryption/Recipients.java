package dev.reliability.backup.encryption;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/**
 * To whom backups are encrypted: age recipients, {@code age1…}. Whoever has the identity of any of them can read what is
 * encrypted; the machine that encrypts needs none. Losing every identity loses every such backup. Immutable; safe for
 * use by any thread.
 */
public final class Recipients {
    private final List<String> recipients;

    private Recipients(List<String> recipients) {
        this.recipients = recipients;
    }

    /**
     * These recipients, in any order, doubles counting once.
     *
     * @param recipients X25519 recipients as {@code age-keygen -y} prints them; at least one
     * @throws IllegalArgumentException naming each that is none, or that the age library is missing
     */
    public static Recipients of(List<String> recipients) {
        Age.requireLibrary();
        List<String> faults = new ArrayList<>();
        if (recipients.isEmpty()) {
            faults.add("no recipient is given");
        }
        TreeSet<String> sorted = new TreeSet<>();
        for (int i = 0; i < recipients.size(); i++) {
            String recipient = recipients.get(i);
            if (recipient.toUpperCase(Locale.ROOT).startsWith("AGE-SECRET-KEY-")) {
                // Never repeated: it is a secret, and does not belong here.
                faults.add("recipient " + (i + 1) + " is an identity, which is secret; give its recipient,"
                        + " as age-keygen -y prints it");
            } else if (!Age.isRecipient(recipient)) {
                faults.add("'" + recipient + "' is not an age recipient: age1 and 58 more letters and digits");
            }
            sorted.add(recipient);
        }
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", faults));
        }
        return new Recipients(List.copyOf(sorted));
    }

    /** Each once, sorted. */
    public List<String> list() {
        return recipients;
    }

    /**
     * Encrypts what is written to the stream that is returned; closing that ends the age file and leaves {@code out}
     * open.
     */
    public OutputStream encrypt(OutputStream out) throws IOException {
        return Age.encrypt(out, recipients);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Recipients that && recipients.equals(that.recipients);
    }

    @Override
    public int hashCode() {
        return recipients.hashCode();
    }

    @Override
    public String toString() {
        return String.join(", ", recipients);
    }
}
