package dev.reliability.jaxrs.security;

/**
 * A token is not accepted. The message names the mistake in one sentence and has neither the token nor a key; it may
 * be shown to whoever sent the token.
 */
public final class TokenRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Reason reason;
    private final String sentence;

    TokenRefusedException(Reason reason, String message) {
        super(message);
        this.reason = reason;
        this.sentence = message;
    }

    @Override
    public String getMessage() {
        return sentence;
    }

    /** What is wrong with the token. */
    public Reason reason() {
        return reason;
    }

    /** What is wrong with a token; each is the code of its own problem. */
    public enum Reason {
        /** It is no JWT. */
        MALFORMED("token_malformed"),
        /** It is not signed, or by an algorithm that is not allowed. */
        ALGORITHM("token_algorithm_refused"),
        /** It names no key that is known. */
        KEY("token_key_unknown"),
        /** It is not signed with the key, or was changed. */
        SIGNATURE("token_signature_invalid"),
        /** It is over. */
        EXPIRED("token_expired"),
        /** It is not valid yet. */
        NOT_YET_VALID("token_not_yet_valid"),
        /** It was issued later than now: the clocks differ. */
        FROM_THE_FUTURE("token_from_the_future"),
        /** A claim that it must have is not there, or is not what it must be. */
        CLAIM("token_claim_invalid");

        private final String code;

        Reason(String code) {
            this.code = code;
        }

        /** The code of the problem. */
        public String code() {
            return code;
        }
    }
}
