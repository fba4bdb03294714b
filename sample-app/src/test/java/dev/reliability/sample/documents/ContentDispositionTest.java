package dev.reliability.sample.documents;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContentDispositionTest {
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '^',
            delimiter = '|',
            value = {
                "form-data; name=\"file\"; filename=\"a.txt\" | a.txt",
                "form-data; filename=a.txt; name=file | a.txt",
                "form-data; name=\"file\"; filename=\"a;b=c.txt\" | a;b=c.txt",
                "form-data; name=\"file\"; filename=\"a\\\"b\\\\c.txt\" | a\"b\\c.txt",
                "form-data; name=\"file\"; filename=\"%22q%22.txt\" | \"q\".txt",
                "form-data; name=\"file\"; filename=\"x\"; filename*=utf-8'zh'%e6%96%87.txt | 文.txt",
                "form-data; name=\"file\"; filename*=iso-8859-1''%E9.txt | é.txt",
                "form-data; name=\"file\"; filename=\"x\"; filename*=utf-8''%zz | x",
                "form-data; name=\"file\"; filename=\"x\"; filename*=utf-8''%ff%ff | x",
                "form-data; name=\"file\"; filename=\"x\"; filename*=nonsense | x",
            })
    void a_file_name_is_read_as_it_was_meant(String header, String name) {
        ContentDisposition disposition = ContentDisposition.parse(header);

        assertThat(disposition.name()).hasValue("file");
        assertThat(disposition.fileName()).hasValue(name);
    }

    @Test
    void a_header_without_parameters_names_nothing() {
        assertThat(ContentDisposition.parse(null).fileName()).isEmpty();
        assertThat(ContentDisposition.parse("form-data").name()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b.txt", "中文 文件.txt", "100%.txt", "q\"uote\\.txt", "emoji 😀.txt", "a;b=c'd.txt"})
    void a_name_that_is_sent_is_read_back(String name) {
        String header = ContentDisposition.attachment(name);

        assertThat(header).matches("[ -~]+");
        assertThat(ContentDisposition.parse(header).fileName()).hasValue(name);
    }
}
