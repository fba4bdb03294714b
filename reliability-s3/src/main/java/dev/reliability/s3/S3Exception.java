package dev.reliability.s3;

import dev.reliability.core.storage.ObjectStoreException;
import java.io.Serial;

/** A request that failed; it never leaves this package. */
final class S3Exception extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient S3Config config;
    private final transient S3Failures.Answer answer;

    S3Exception(S3Config config, S3Failures.Answer answer) {
        super(answer.message(), answer.cause());
        this.config = config;
        this.answer = answer;
    }

    S3Failures.Answer answer() {
        return answer;
    }

    /** The failure as the contract has it. */
    ObjectStoreException failed(String tried) {
        return S3Failures.of(tried, config, answer);
    }
}
