package dev.reliability.sample.http;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Ends a request when its answer can not be written any more, as its client has left. Jersey's container ends it only as long
 * as nothing was written; else it would count as running for ever, and every stop would wait for it.
 */
final class BrokenAnswers extends Handler.Wrapper {
    BrokenAnswers(Handler container) {
        super(container);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        Ending ending = new Ending(callback);
        return super.handle(request, new Watched(request, response, ending), ending);
    }

    private static final class Watched extends Response.Wrapper {
        private final Ending ending;

        Watched(Request request, Response response, Ending ending) {
            super(request, response);
            this.ending = ending;
        }

        @Override
        public void write(boolean last, ByteBuffer content, Callback written) {
            super.write(last, content, new Callback.Nested(written) {
                @Override
                public void failed(Throwable broken) {
                    super.failed(broken);
                    ending.failed(broken);
                }
            });
        }
    }

    /** A request ends once, whoever of the container and this says so first. */
    private static final class Ending extends Callback.Nested {
        private final AtomicBoolean ended = new AtomicBoolean();

        Ending(Callback callback) {
            super(callback);
        }

        @Override
        public void succeeded() {
            if (ended.compareAndSet(false, true)) {
                super.succeeded();
            }
        }

        @Override
        public void failed(Throwable broken) {
            if (ended.compareAndSet(false, true)) {
                super.failed(broken);
            }
        }
    }
}
