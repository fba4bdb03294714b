package dev.reliability.jaxrs.problem;

/** What a status says by itself. */
record StandardProblem(String code, String detail) {
    static StandardProblem of(int status) {
        return switch (status) {
            case 400 -> new StandardProblem("bad_request", "The request can not be understood.");
            case 401 -> new StandardProblem("unauthenticated", "This needs to know who asks: send a valid token.");
            case 403 -> new StandardProblem("forbidden", "Whoever asks may not do this.");
            case 404 -> new StandardProblem("not_found", "There is nothing at this path.");
            case 405 ->
                new StandardProblem("method_not_allowed", "This path does not take this method; see the header Allow.");
            case 406 ->
                new StandardProblem("not_acceptable", "This path answers in JSON, which the header Accept rules out.");
            case 409 -> new StandardProblem("conflict", "This can not be done in the present state.");
            case 413 -> new StandardProblem("content_too_large", "The request's body is over the limit.");
            case 414 -> new StandardProblem("uri_too_long", "The request's path and query are over the limit.");
            case 415 ->
                new StandardProblem("unsupported_media_type", "This path does not take a body of this media type.");
            case 416 -> new StandardProblem("range_not_satisfiable", "The range lies outside of the content.");
            case 429 -> new StandardProblem("too_many_requests", "Too many requests at a time; try again later.");
            case 431 -> new StandardProblem("headers_too_large", "The request's headers are over the limit.");
            case 503 -> new StandardProblem("unavailable", "This can not be served now; try again later.");
            case 507 -> new StandardProblem("no_space", "There is not enough room.");
            default ->
                status < 500
                        ? new StandardProblem("http_" + status, "The request was refused.")
                        : new StandardProblem("internal", "Something went wrong inside the service.");
        };
    }
}
