package dev.reliability.backup.repository;

import dev.reliability.backup.manifest.ManifestReading;
import java.util.Arrays;

/** A manifest byte by byte, as its seal covers it, and what it says. */
public final class ManifestFile {
    private final Layout.Place place;
    private final byte[] bytes;
    private final ManifestReading reading;

    ManifestFile(Layout.Place place, byte[] bytes, ManifestReading reading) {
        this.place = place;
        this.bytes = bytes;
        this.reading = reading;
    }

    /** Where it lies or belongs. */
    public Layout.Place place() {
        return place;
    }

    /** All of it; not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    /** What it turned out to be, in this place. */
    public ManifestReading reading() {
        return reading;
    }

    /** The key of its place. */
    public String key() {
        return Layout.manifest(place.type(), place.id());
    }

    /** Whether both are the same manifest of the same backup. */
    public boolean isSameAs(ManifestFile other) {
        return place.equals(other.place) && Arrays.equals(bytes, other.bytes);
    }
}
