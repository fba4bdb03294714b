package dev.reliability.s3;

import dev.reliability.core.storage.NoSpaceException;
import dev.reliability.core.storage.ObjectStoreException;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.InvalidResponseException;
import io.minio.errors.MinioException;
import io.minio.errors.ServerException;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells from an S3 server's answers, or their absence, what a caller must know. The client library's own exceptions hold
 * whole requests with their headers, so they are never passed on as causes.
 */
final class S3Failures {
    private static final Set<String> CREDENTIALS = Set.of(
            "AccessDenied",
            "InvalidAccessKeyId",
            "SignatureDoesNotMatch",
            "InvalidToken",
            "ExpiredToken",
            "AuthorizationHeaderMalformed",
            "AccountProblem",
            "AllAccessDisabled");
    private static final Set<String> PASSING = Set.of(
            "SlowDown",
            "SlowDownRead",
            "SlowDownWrite",
            "InternalError",
            "ServiceUnavailable",
            "RequestTimeout",
            "OperationAborted",
            "ConditionalRequestConflict",
            "Throttling",
            "ThrottlingException",
            "RequestLimitExceeded",
            "BadDigest",
            "IncompleteBody",
            "NoSuchBucket");
    private static final Pattern INVALID_RESPONSE_STATUS = Pattern.compile("code[=: ]+(\\d{3})");

    private S3Failures() {}

    /** A failed request, before it is known what that means to the caller. */
    record Answer(
            int status,
            String code,
            String message,
            @Nullable Throwable cause) {
        boolean isNotFound() {
            return code.equals("NoSuchKey");
        }

        boolean isPreconditionFailed() {
            return status == 412 || code.equals("PreconditionFailed");
        }

        /** Two conditional writes met; the server wants the request again. */
        boolean isConflict() {
            return status == 409;
        }

        /** Something that passed went wrong in the server; S3 asks for the request again. */
        boolean isInternalError() {
            return status == 500;
        }

        boolean isNotImplemented() {
            return status == 501 || code.equals("NotImplemented");
        }

        boolean isOutsideRange() {
            return status == 416 || code.equals("InvalidRange");
        }

        boolean isNoSuchUpload() {
            return code.equals("NoSuchUpload");
        }

        /** Whether the request may have been carried out although it failed. */
        boolean isUnclear() {
            return status == 0 || status >= 500 || status == 408;
        }

        private boolean isNoSpace() {
            String lower = code.toLowerCase(Locale.ROOT);
            return status == 507 || lower.contains("storagefull") || lower.contains("quotaexceeded");
        }

        private boolean isPassing() {
            return (isUnclear() && !isNotImplemented()) || status == 429 || PASSING.contains(code);
        }
    }

    /** What the server answered; status 0 if there was no answer. */
    static Answer answer(Throwable failure) {
        if (failure instanceof ErrorResponseException e) {
            String code = e.errorResponse().code();
            String message = e.errorResponse().message();
            return new Answer(e.response().code(), code == null ? "" : code, message == null ? "" : message, null);
        }
        if (failure instanceof ServerException e) {
            return new Answer(e.statusCode(), "", String.valueOf(e.getMessage()), null);
        }
        if (failure instanceof InvalidResponseException e) {
            Matcher status = INVALID_RESPONSE_STATUS.matcher(String.valueOf(e.getMessage()));
            return new Answer(
                    status.find() ? Integer.parseInt(status.group(1)) : 0,
                    "",
                    "its answer is not that of an S3 server",
                    null);
        }
        if (failure instanceof IOException) {
            return new Answer(0, "", describe(failure), failure);
        }
        if (failure instanceof MinioException && failure.getCause() instanceof IOException io) {
            return new Answer(0, "", describe(io), io);
        }
        // The library's own checks: what it says may quote the request, what kind it is may not.
        return new Answer(400, failure.getClass().getSimpleName(), "the client refused it", null);
    }

    /**
     * The failure as the contract has it.
     *
     * @param tried what was tried, where
     */
    static ObjectStoreException of(String tried, S3Config config, Answer answer) {
        String said = said(config, answer);
        String message = "cannot " + tried + ": " + said;
        if (answer.isNoSpace()) {
            return new NoSpaceException(message + ". Free some space or raise the quota", answer.cause());
        }
        if (CREDENTIALS.contains(answer.code()) || answer.status() == 401) {
            message += ". Check the access key '" + config.accessKey() + "', its secret, its rights on bucket '"
                    + config.bucket() + "', and the region";
        } else if (answer.code().equals("RequestTimeTooSkewed")) {
            message += ". Set this machine's clock";
        } else if (answer.code().equals("NoSuchBucket")) {
            message += ". The bucket '" + config.bucket() + "' is gone; create it again, or restart";
        }
        return new ObjectStoreException(message, answer.isPassing(), answer.cause());
    }

    private static String said(S3Config config, Answer answer) {
        if (answer.status() == 0) {
            return "no answer from " + config.url() + ": " + answer.message();
        }
        return config.url() + " answered " + answer.status()
                + (answer.code().isEmpty() ? "" : " " + answer.code())
                + (answer.message().isEmpty() ? "" : " (" + answer.message() + ")");
    }

    private static String describe(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }
}
