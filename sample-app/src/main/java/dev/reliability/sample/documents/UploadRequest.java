package dev.reliability.sample.documents;

import dev.reliability.jaxrs.problem.Problem;
import dev.reliability.jaxrs.problem.ProblemException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A request that brings a document: multipart with a part {@code file}, or its bytes as the body.
 *
 * @param fileName the file's name in a multipart body; null without one
 * @param upload the bytes
 */
record UploadRequest(@Nullable String fileName, Upload upload) {
    private static final int LONGEST_NAME = 1_000;
    private static final int LONGEST_TYPE = 255;

    /** What a multipart body has at least besides the file, so that its length tells the file's. */
    private static final int LARGEST_FRAME = 16 * 1024;

    /** @throws ProblemException if there is no document in it */
    static UploadRequest read(HttpHeaders headers, InputStream body) {
        MediaType type = headers.getMediaType();
        long length = contentLength(headers);
        if (type == null || !type.isCompatible(MediaType.MULTIPART_FORM_DATA_TYPE) || type.isWildcardType()) {
            return new UploadRequest(
                    null,
                    new Upload(contentType(type), length < 0 ? OptionalLong.empty() : OptionalLong.of(length), body));
        }
        try {
            MultipartFile file = MultipartFile.find(body, boundary(type))
                    .orElseThrow(
                            () -> bad("file_missing", "The multipart body has no part '" + MultipartFile.PART + "'."));
            OptionalLong atLeast =
                    length < LARGEST_FRAME ? OptionalLong.empty() : OptionalLong.of(length - LARGEST_FRAME);
            return new UploadRequest(
                    file.fileName().orElse(null),
                    new Upload(
                            contentType(file.contentType()
                                    .map(UploadRequest::parsed)
                                    .orElse(null)),
                            atLeast,
                            file));
        } catch (IOException unreadable) {
            throw bad("malformed_multipart", "The multipart body can not be read: it is cut off or not well-formed.");
        }
    }

    /**
     * The name if it can be one.
     *
     * @throws ProblemException if it can not, or is not given
     */
    static String checkedName(@Nullable String name) {
        if (name == null || name.isBlank()) {
            throw bad(
                    "name_missing",
                    "A document needs a name: send multipart with a part 'file' that has a filename, or add ?name=.");
        }
        if (name.length() > LONGEST_NAME || name.chars().anyMatch(Character::isISOControl) || hasLoneSurrogate(name)) {
            throw bad(
                    "malformed_name",
                    "The name of a document has at most " + LONGEST_NAME + " characters and no control characters.");
        }
        return name;
    }

    private static boolean hasLoneSurrogate(String name) {
        return name.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }

    private static String boundary(MediaType type) {
        String boundary = type.getParameters().get("boundary");
        if (boundary == null || boundary.isEmpty() || boundary.length() > 70) {
            throw bad("malformed_multipart", "The header Content-Type names no boundary of 1 to 70 characters.");
        }
        return boundary;
    }

    private static long contentLength(HttpHeaders headers) {
        String text = headers.getHeaderString(HttpHeaders.CONTENT_LENGTH);
        return text != null && text.matches("\\d{1,18}") ? Long.parseLong(text) : -1;
    }

    /** Without a type, and with the one that curl makes up for any body, nothing is known of it. */
    private static String contentType(@Nullable MediaType type) {
        if (type == null
                || type.isWildcardType()
                || type.isWildcardSubtype()
                || type.isCompatible(MediaType.APPLICATION_FORM_URLENCODED_TYPE)
                || type.toString().length() > LONGEST_TYPE) {
            return MediaType.APPLICATION_OCTET_STREAM;
        }
        return type.toString();
    }

    private static @Nullable MediaType parsed(String text) {
        try {
            return MediaType.valueOf(text);
        } catch (IllegalArgumentException malformed) {
            return null;
        }
    }

    private static ProblemException bad(String code, String detail) {
        return Problem.of(400, code, detail).toException();
    }
}
