package dev.reliability.sample.web;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** One page for people: health, breakers, documents and backups. It loads nothing from anywhere else. */
@Path("/")
public final class WebPage {
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
            + " img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final byte[] page = read("index.html");
    private final byte[] style = read("page.css");
    private final byte[] script = read("page.js");

    /** The page. */
    @GET
    public Response page() {
        return answer(page, "text/html; charset=utf-8");
    }

    /** Its style. */
    @GET
    @Path("page.css")
    public Response style() {
        return answer(style, "text/css; charset=utf-8");
    }

    /** Its script. */
    @GET
    @Path("page.js")
    public Response script() {
        return answer(script, "text/javascript; charset=utf-8");
    }

    private static Response answer(byte[] content, String type) {
        return Response.ok(content, type)
                .header(HttpHeaders.CACHE_CONTROL, "no-cache")
                .header("Content-Security-Policy", POLICY)
                .header("X-Content-Type-Options", "nosniff")
                .header("Referrer-Policy", "no-referrer")
                .build();
    }

    private static byte[] read(String resource) {
        try (InputStream in = WebPage.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the resource " + resource + " is missing beside WebPage");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("can not read the resource " + resource, e);
        }
    }
}
