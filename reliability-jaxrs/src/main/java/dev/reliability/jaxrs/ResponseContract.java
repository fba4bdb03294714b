package dev.reliability.jaxrs;

import dev.reliability.jaxrs.problem.Problem;
import jakarta.annotation.Priority;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.lang.annotation.Annotation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts on every answer below our paths what all of them have, and makes problems of what the host's router refused
 * before a resource was reached (404, 405, 406, 415): a filter sees which path it was, an exception mapper does not.
 *
 * <p>Lowest priority number: response filters run from high to low, so this is the last word.
 */
@Priority(1)
final class ResponseContract implements ContainerResponseFilter {
    private final boolean problemsForAll;

    ResponseContract(boolean problemsForAll) {
        this.problemsForAll = problemsForAll;
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        boolean ours = isOurs(request);
        if (ours) {
            response.getHeaders().putSingle(HttpHeaders.CACHE_CONTROL, "no-store");
            response.getHeaders().putSingle("X-Content-Type-Options", "nosniff");
        }
        if (response.getStatus() >= 400
                && (ours ? !isOurs(response.getEntity()) : problemsForAll && !response.hasEntity())) {
            becomeProblem(response);
        }
    }

    private static void becomeProblem(ContainerResponseContext response) {
        Problem problem = Problem.ofStatus(response.getStatus());
        response.getHeaders().remove(HttpHeaders.CONTENT_LENGTH);
        response.setEntity(problem, new Annotation[0], MediaType.valueOf(Problem.MEDIA_TYPE));
        Long seconds = problem.retryAfterSeconds();
        if (seconds != null && response.getHeaderString(HttpHeaders.RETRY_AFTER) == null) {
            response.getHeaders().putSingle(HttpHeaders.RETRY_AFTER, seconds);
        }
    }

    /** Whether one of our resources was reached, or none at all below one of our paths. */
    private static boolean isOurs(ContainerRequestContext request) {
        List<Object> matched = request.getUriInfo().getMatchedResources();
        if (!matched.isEmpty()) {
            return matched.stream()
                    .anyMatch(resource -> resource instanceof HealthResource
                            || resource instanceof BackupResource
                            || resource instanceof OperationResource);
        }
        String path = request.getUriInfo().getPath(false);
        return isBelow(path, HealthResource.PATH) || isBelow(path, BackupResource.PATH);
    }

    private static boolean isBelow(String path, String ours) {
        String relative = path.startsWith("/") ? path.substring(1) : path;
        return relative.equals(ours) || relative.startsWith(ours + "/");
    }

    private static boolean isOurs(@Nullable Object entity) {
        return entity instanceof Problem || entity instanceof JsonBody;
    }
}
