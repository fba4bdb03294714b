package dev.reliability.core.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class HealthMessagesTest {
    private static final HealthMessages CHINESE = HealthMessages.of("zh-CN");
    private static final HealthMessages ENGLISH = HealthMessages.of("en");

    @ParameterizedTest
    @CsvSource({
        "database.ok, 数据库连接正常",
        "storage.ok, 存储服务正常",
        "database.failed, 数据库连接失败",
        "storage.failed, 存储服务不可用",
        "check.pending, 尚未检查",
    })
    void chineseTexts_areTheGuides(String key, String expected) {
        assertThat(CHINESE.text(Message.of(key, "?"))).isEqualTo(expected);
    }

    @Test
    void englishText_isFoundByTheSameKey() {
        assertThat(ENGLISH.text(Message.of("check.pending", "?"))).isEqualTo("not checked yet");
    }

    @Test
    void bothLanguages_haveTextsForTheSameKeys() throws IOException {
        assertThat(keys("messages_zh_CN.properties")).isEqualTo(keys("messages_en.properties"));
    }

    @Test
    void keyWithoutText_showsItsFallback() {
        assertThat(CHINESE.text(Message.of("mail.ok", "mail works"))).isEqualTo("mail works");
    }

    @Test
    void arguments_arePutIn_eachWhereItBelongs() {
        Message message = new Message("own", List.of("$1 {1}", "b"), "{1} and {0} and {2}");

        assertThat(CHINESE.text(message)).isEqualTo("b and $1 {1} and {2}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "en                        | en",
                "en-GB                     | en",
                "zh                        | zh-CN",
                "zh-TW, en;q=0.5           | zh-CN",
                "zh-Hans-CN                | zh-CN",
                "fr, en;q=0.8, zh;q=0.9    | zh-CN",
                "fr-CH, fr;q=0.9, en;q=0.8 | en",
                "EN-us                     | en",
            })
    void acceptLanguage_choosesTheBestLanguageThatThereIs(String header, String expected) {
        assertThat(CHINESE.preferredBy(header).languageTag()).isEqualTo(expected);
        assertThat(ENGLISH.preferredBy(header).languageTag()).isEqualTo(expected);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", " ", "*", "fr", "en;q=0", "not a language !!", "en;q=x", "--"})
    void acceptLanguageThatCanNotBeMet_leavesTheDefault(String header) {
        assertThat(CHINESE.preferredBy(header)).isSameAs(CHINESE);
    }

    @Test
    void unknownLanguage_isRefusedWithTheOnesThatThereAre() {
        assertThatThrownBy(() -> HealthMessages.of("fr"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("'fr'", "zh-CN", "en");
    }

    private static Set<String> keys(String file) throws IOException {
        Properties texts = new Properties();
        texts.load(new InputStreamReader(HealthMessages.class.getResourceAsStream(file), StandardCharsets.UTF_8));
        return texts.stringPropertyNames();
    }
}
