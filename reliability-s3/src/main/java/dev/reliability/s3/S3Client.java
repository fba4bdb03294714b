package dev.reliability.s3;

import dev.reliability.core.storage.ObjectStoreException;
import io.minio.BucketExistsArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioAsyncClient;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.Dispatcher;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Response;

/**
 * The client library with our time limits, threads and errors. It is asked by its asynchronous half, whose single
 * requests take headers that the comfortable half does not.
 */
final class S3Client implements AutoCloseable {
    // The server copies the parts of an object together, and may be silent meanwhile.
    private static final int COMPLETION_MILLIS = 5 * 60_000;
    // The library's own limit of 5 requests at a time to one server would make callers wait for each other.
    private static final int MAX_REQUESTS = 1_024;

    private final S3Config config;
    private final MinioAsyncClient minio;
    private final OkHttpClient http;
    private final ExecutorService threads;
    private volatile boolean closed;
    private volatile boolean bucketSeen;

    S3Client(S3Config config) {
        this.config = config;
        AtomicInteger number = new AtomicInteger();
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "reliability-s3-" + config.bucket() + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        Dispatcher dispatcher = new Dispatcher(threads);
        dispatcher.setMaxRequests(MAX_REQUESTS);
        dispatcher.setMaxRequestsPerHost(MAX_REQUESTS);
        this.http = new OkHttpClient.Builder()
                .dispatcher(dispatcher)
                .protocols(List.of(Protocol.HTTP_1_1))
                .connectTimeout(config.connectTimeout())
                .readTimeout(config.timeout())
                .writeTimeout(config.timeout())
                .addInterceptor(S3Client::waitLongerForCompletion)
                .build();
        MinioAsyncClient.Builder builder = MinioAsyncClient.builder()
                .endpoint(config.url())
                .credentials(config.accessKey(), config.secretKey())
                .httpClient(http);
        config.region().ifPresent(builder::region);
        this.minio = builder.build();
    }

    S3Config config() {
        return config;
    }

    /** Makes the single request. */
    @FunctionalInterface
    interface Request<T> {
        CompletableFuture<T> start(MinioAsyncClient minio) throws Exception;
    }

    /** Sends a request and waits for the answer. */
    <T> T send(Request<T> request) throws S3Exception {
        if (closed) {
            throw new IllegalStateException("the store is closed: " + config);
        }
        CompletableFuture<T> answer;
        try {
            answer = request.start(minio);
        } catch (Exception refusedByTheLibrary) {
            throw new S3Exception(config, S3Failures.answer(refusedByTheLibrary));
        }
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw new S3Exception(config, S3Failures.answer(e.getCause() == null ? e : e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            CompletableFuture<Void> unused = answer.thenAccept(S3Client::closeUnused);
            throw new S3Exception(
                    config, new S3Failures.Answer(0, "", "the thread was interrupted while it waited", e));
        }
    }

    /** Creates the bucket if it is not there; asks until that has succeeded once, and never again. */
    void requireBucket() throws ObjectStoreException {
        if (bucketSeen) {
            return;
        }
        try {
            boolean exists = send(minio -> minio.bucketExists(
                    BucketExistsArgs.builder().bucket(config.bucket()).build()));
            if (!exists) {
                makeBucket();
            }
        } catch (S3Exception e) {
            throw e.failed("use bucket '" + config.bucket() + "'");
        }
        bucketSeen = true;
    }

    private void makeBucket() throws S3Exception {
        try {
            send(minio -> minio.makeBucket(
                    MakeBucketArgs.builder().bucket(config.bucket()).build()));
        } catch (S3Exception e) {
            // Another process was faster.
            if (!e.answer().code().equals("BucketAlreadyOwnedByYou")) {
                throw e;
            }
        }
    }

    /** Ends its threads and connections; open streams fail. */
    @Override
    public void close() {
        closed = true;
        http.dispatcher().cancelAll();
        threads.shutdown();
        http.connectionPool().evictAll();
    }

    private static Response waitLongerForCompletion(Interceptor.Chain chain) throws IOException {
        boolean completion =
                chain.request().method().equals("POST") && chain.request().url().queryParameter("uploadId") != null;
        return completion
                ? chain.withReadTimeout(COMPLETION_MILLIS, TimeUnit.MILLISECONDS)
                        .proceed(chain.request())
                : chain.proceed(chain.request());
    }

    private static void closeUnused(Object answer) {
        if (answer instanceof Closeable unused) {
            try {
                unused.close();
            } catch (IOException e) {
                // Nobody waits for it any more.
                return;
            }
        }
    }
}
