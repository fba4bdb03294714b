package dev.reliability.jaxrs.problem;

import jakarta.ws.rs.WebApplicationException;

/**
 * A problem on its way to the caller. As it carries its own answer, it needs no exception mapper and no host replaces
 * it. To be thrown inside a Jakarta REST server only.
 */
public final class ProblemException extends WebApplicationException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    public ProblemException(Problem problem) {
        super(problem.code() + ": " + problem.detail(), problem.toResponse());
        this.problem = problem;
    }

    /** What is wrong. */
    public Problem problem() {
        return problem;
    }
}
