package dev.reliability.sample.cli;

import dev.reliability.jaxrs.security.JwtIssuer;
import dev.reliability.sample.configuration.Configuration;
import dev.reliability.sample.configuration.Durations;
import dev.reliability.sample.configuration.TokenSettings;
import dev.reliability.sample.configuration.TokenSettings.Keys.Shared;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Prints a token. */
@Command(
        name = "token",
        mixinStandardHelpOptions = true,
        description = "Prints a token, signed with JWT_SECRET; needs no other variable.")
final class TokenCommand implements Callable<Integer> {
    private static final String ALL_SCOPES =
            "backup:read backup:write backup:restore backup:delete documents:read documents:write";

    private final CommandContext context;

    @Option(
            names = "--scope",
            paramLabel = "SCOPES",
            defaultValue = ALL_SCOPES,
            description = "what it allows, separated by blanks or commas (default: ${DEFAULT-VALUE})")
    private String scope = ALL_SCOPES;

    @Option(
            names = "--ttl",
            paramLabel = "DURATION",
            defaultValue = "1h",
            converter = Ttl.class,
            description = "for how long: 90s, 30m, 12h, 7d (default: ${DEFAULT-VALUE})")
    private Duration ttl = Duration.ofHours(1);

    @Option(
            names = "--subject",
            paramLabel = "NAME",
            defaultValue = "cli",
            description = "whose it is; stands in logs and records (default: ${DEFAULT-VALUE})")
    private String subject = "cli";

    TokenCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        TokenSettings settings = Configuration.forTokens(context.environment());
        Set<String> scopes = Arrays.stream(scope.split("[ ,]+"))
                .filter(word -> !word.isEmpty())
                .collect(Collectors.toSet());
        if (!(settings.keys() instanceof Shared shared)) {
            throw new IllegalStateException("tokens are made with a secret");
        }
        JwtIssuer issuer = JwtIssuer.withSecret(shared.secret().reveal(), context.time())
                .saying(settings.issuer().orElse(null), settings.audience().orElse(null));
        try {
            context.out().println(issuer.issue(subject, scopes, ttl));
        } catch (IllegalArgumentException unfit) {
            context.err().println(unfit.getMessage());
            return ExitCode.USAGE;
        }
        return ExitCode.DONE;
    }

    private static final class Ttl implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            return Durations.parse(text)
                    .filter(duration -> !duration.isZero())
                    .orElseThrow(() ->
                            new TypeConversionException("'" + text + "' is no duration such as 90s, 30m, 12h or 7d"));
        }
    }
}
