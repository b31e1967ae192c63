package dev.chancery.e2e;

import com.atlassian.oai.validator.OpenApiInteractionValidator;
import com.atlassian.oai.validator.model.Request;
import com.atlassian.oai.validator.model.SimpleRequest;
import com.atlassian.oai.validator.model.SimpleResponse;
import com.atlassian.oai.validator.report.ValidationReport;
import dev.chancery.api.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** openapi.yaml, as published in the api jar, applied to real traffic. */
final class Contract {
  private final OpenApiInteractionValidator validator =
      OpenApiInteractionValidator.createForInlineApiSpecification(text()).build();

  private static String text() {
    try (InputStream resource =
        Objects.requireNonNull(
            Refusal.class.getResourceAsStream("/dev/chancery/api/openapi.yaml"))) {
      return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How the request departs from the contract; empty if it does not. */
  List<String> faults(String method, String target, @Nullable String json) {
    SimpleRequest.Builder request = new SimpleRequest.Builder(method, pathOf(target));
    int query = target.indexOf('?');
    if (query >= 0) {
      for (String parameter : target.substring(query + 1).split("&", -1)) {
        int equals = parameter.indexOf('=');
        request.withQueryParam(
            parameter.substring(0, equals),
            URLDecoder.decode(parameter.substring(equals + 1), StandardCharsets.UTF_8));
      }
    }
    if (json != null) {
      request.withContentType("application/json").withBody(json);
    }
    return messages(validator.validateRequest(request.build()));
  }

  /** How the answer departs from the contract; empty if it does not. */
  List<String> faults(String method, String target, HttpResponse<String> answer) {
    SimpleResponse.Builder response =
        SimpleResponse.Builder.status(answer.statusCode()).withBody(answer.body());
    answer.headers().map().forEach((name, values) -> response.withHeader(name, values));
    return messages(
        validator.validateResponse(
            pathOf(target), Request.Method.valueOf(method), response.build()));
  }

  private static List<String> messages(ValidationReport report) {
    return report.hasErrors()
        ? report.getMessages().stream().map(ValidationReport.Message::getMessage).toList()
        : List.of();
  }

  private static String pathOf(String target) {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }
}
