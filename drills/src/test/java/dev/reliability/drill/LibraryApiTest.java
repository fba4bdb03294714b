package dev.reliability.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LibraryApiTest {
    private static final byte[] CONTENT = {1, 2, 3};

    private final StubLibrary library = new StubLibrary();
    private final LibraryApi api = library.api(Duration.ofMinutes(1));

    @AfterEach
    void close() {
        library.close();
    }

    /** Each kind of request, on a document that is there. */
    private enum Kind {
        UPLOAD,
        METADATA,
        CONTENT,
        LIST
    }

    private Answer ask(Kind kind, Document document) {
        return (switch (kind) {
                    case UPLOAD -> api.upload("another", CONTENT);
                    case METADATA -> api.metadata(document);
                    case CONTENT -> api.content(document);
                    case LIST -> api.list();
                })
                .join();
    }

    private Document uploaded() {
        Answer answer = api.upload("a-name", CONTENT).join();
        return new Document(answer.id(), Contents.sha256(CONTENT), 0);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whatComesBackAsItWasWritten_isServed(Kind kind) {
        assertThat(ask(kind, uploaded()).outcome()).isEqualTo(Outcome.SERVED);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a503ThatSaysWhenToComeBack_isARefusal(Kind kind) {
        Document document = uploaded();
        library.does(StubLibrary.Fault.REFUSES);
        assertThat(ask(kind, document)).isEqualTo(Answer.of(Outcome.REFUSED, "503"));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a503WithoutThat_isAFailure(Kind kind) {
        Document document = uploaded();
        library.does(StubLibrary.Fault.OVERLOADED);
        assertThat(ask(kind, document)).isEqualTo(Answer.of(Outcome.FAILED, "503"));
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"UPLOAD", "METADATA", "CONTENT"})
    void otherBytesOrAnotherDigest_areWrong(Kind kind) {
        Document document = uploaded();
        library.does(StubLibrary.Fault.FALSIFIES);
        assertThat(ask(kind, document).outcome()).isEqualTo(Outcome.WRONG);
    }

    @Test
    void anAcknowledgedDocumentThatNobodyKnows_isWrong() {
        Document document = uploaded();
        library.does(StubLibrary.Fault.FORGETS);
        assertThat(api.content(document).join()).isEqualTo(Answer.of(Outcome.WRONG, "404"));
    }

    @Test
    void aListWithoutDocuments_isWrong() {
        assertThat(api.list().join().outcome()).isEqualTo(Outcome.WRONG);
    }

    @Test
    void aConnectionThatBreaks_isAFailure() {
        Document document = uploaded();
        library.does(StubLibrary.Fault.BREAKS_OFF);
        Answer answer = api.upload("a-name", CONTENT).join();
        assertThat(answer.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(answer.detail()).contains("IOException");
        assertThat(api.content(document).join().outcome()).isEqualTo(Outcome.FAILED);
    }

    @Test
    void silence_isAFailureWhenPatienceIsOver() {
        library.does(StubLibrary.Fault.HANGS);
        Answer answer = library.api(Duration.ofMillis(100)).list().join();
        assertThat(answer).isEqualTo(Answer.of(Outcome.FAILED, "no answer in time"));
    }

    @Test
    void whereNobodyListens_isAFailure() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        LibraryApi nobody = new LibraryApi(
                HttpClient.newHttpClient(), URI.create("http://127.0.0.1:" + port), "t", Duration.ofMinutes(1));
        assertThat(nobody.list().join()).isEqualTo(Answer.of(Outcome.FAILED, "no connection"));
    }

    @Test
    void theTokenIsSent() {
        LibraryApi stranger =
                new LibraryApi(HttpClient.newHttpClient(), library.address(), "another-token", Duration.ofMinutes(1));
        assertThat(stranger.list().join()).isEqualTo(Answer.of(Outcome.FAILED, "401"));
    }
}
