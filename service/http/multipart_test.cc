#include "service/http/multipart.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace removr::http {
namespace {

using Event = MultipartParser::Event;

struct Part {
  std::string name;
  std::string filename;
  std::string content;
  bool operator==(const Part&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Part& part) {
  return out << part.name << '|' << part.filename << '|' << part.content;
}

// All parts of `body`, fed in pieces of `piece_size`; the error where it has one.
Result<std::vector<Part>> ParseAll(std::string_view body, std::size_t piece_size = 1 << 20,
                                   std::string_view type = "multipart/form-data; boundary=b") {
  ASSIGN_OR_RETURN(MultipartParser parser, MultipartParser::Create(type));
  std::vector<Part> parts;
  while (true) {
    ASSIGN_OR_RETURN(const Event event, parser.Next());
    if (event == Event::kPart) parts.push_back({parser.part().name, parser.part().filename.value_or("-"), ""});
    if (event == Event::kData) parts.back().content.append(parser.data().begin(), parser.data().end());
    if (event != Event::kNeedMore && event != Event::kEnd) continue;
    if (body.empty()) {
      TRY(parser.Finish());
      return parts;
    }
    const std::string_view piece = body.substr(0, piece_size);
    parser.Feed({reinterpret_cast<const std::uint8_t*>(piece.data()), piece.size()});
    body.remove_prefix(piece.size());
  }
}

std::string PartText(std::string_view disposition, std::string_view content = "x") {
  return "--b\r\nContent-Disposition: " + std::string(disposition) + "\r\n\r\n" + std::string(content) +
         "\r\n--b--\r\n";
}

TEST(Multipart, ReadsPartsAtEverySplit) {
  const std::string tricky = "\r\n--\r\n-\r\r\n--a\r\n--";
  const std::string body =
      "preamble\r\n--b  \r\nContent-Type: image/png\r\ncontent-disposition: form-data; name=\"files\"; "
      "filename=\"a.png\"\r\n\r\n" +
      tricky + "\r\n--b\r\nContent-Disposition: form-data; name=files\r\n\r\n\r\n--b--\r\nepilogue";
  const std::vector<Part> expected = {{"files", "a.png", tricky}, {"files", "-", ""}};
  for (std::size_t size = 1; size <= body.size(); ++size) {
    const auto parts = ParseAll(body, size);
    ASSERT_TRUE(parts) << size << parts.error().message;
    EXPECT_EQ(*parts, expected) << size;
  }
}

TEST(Multipart, RefusesEveryTruncation) {
  const std::string body = PartText("form-data; name=\"files\"; filename=\"a\"", "content");
  for (std::size_t size = 0; size < body.size() - 2; ++size) {
    const auto parts = ParseAll(body.substr(0, size));
    ASSERT_FALSE(parts) << size;
    EXPECT_EQ(parts.error().code, ErrorCode::kBadRequest);
  }
  EXPECT_TRUE(ParseAll(body.substr(0, body.size() - 2))) << "the last line end may be missing";
}

TEST(Multipart, ReadsFileNamesAsBrowsersSendThem) {
  struct Row {
    std::string disposition, filename;
  };
  for (const Row& row : std::vector<Row>{
           {"form-data; name=\"f\"; filename=\"plain.jpg\"", "plain.jpg"},
           {"form-data; name=\"f\"; filename=\"my photo; x=1.jpg\"", "my photo; x=1.jpg"},
           {"form-data; name=f; filename=bare.jpg", "bare.jpg"},
           {"form-data; name=\"f\"; filename=\"\"", ""},
           {"form-data; name=\"f\"; filename=\"a%22b%0d%0A.jpg\"", "a\"b\r\n.jpg"},
           {"form-data; name=\"f\"; filename=\"100%25 %41.jpg\"", "100%25 %41.jpg"},
           {R"(form-data; name="f"; filename="a\"b\\c.jpg")", R"(a"b\c.jpg)"},
           {R"(form-data; name="f"; filename="C:\photos\a.jpg")", R"(C:\photos\a.jpg)"},
           {"form-data; name=\"f\"; filename=\"\xC3\xBC\xE2\x82\xAC.jpg\"", "\xC3\xBC\xE2\x82\xAC.jpg"},
           {"form-data; name=\"f\"; filename=\"\xFC.jpg\"", "\xC3\xBC.jpg"},
           {"form-data; name=\"f\"; filename=\"x.jpg\"; filename*=UTF-8''na%C3%AFve%20%22.jpg", "na\xC3\xAFve \".jpg"},
           {"form-data; name=\"f\"; filename*=iso-8859-1'de'%FC.jpg; filename=\"x.jpg\"", "\xC3\xBC.jpg"},
           {"form-data; name=\"f\"; filename=\"x.jpg\"; filename*=UTF-8''%ff", "x.jpg"},
           {"form-data; name=\"f\"; filename=\"x.jpg\"; filename*=utf-16''abc;", "x.jpg"},
           {"form-data; name=\"f\"", "-"},
       }) {
    const auto parts = ParseAll(PartText(row.disposition));
    ASSERT_TRUE(parts) << row.disposition << parts.error().message;
    EXPECT_EQ(parts->front(), (Part{"f", row.filename, "x"})) << row.disposition;
  }
}

TEST(Multipart, RefusesMalformedBodies) {
  const std::string good = "Content-Disposition: form-data; name=\"f\"\r\n";
  const std::string end = "\r\n--b--\r\n";
  for (const std::string& body : std::vector<std::string>{
           "--bx\r\n" + good + "\r\nx" + end,        // a boundary that goes on
           "--b\r\n\r\nx" + end,                     // no header
           "--b\r\nContent-Type: a\r\n\r\nx" + end,  // no disposition
           "--b\r\n" + good + good + "\r\nx" + end,  // two dispositions
           "--b\r\n" + good + " folded\r\n\r\nx" + end,
           "--b\r\n" + good + "no colon\r\n\r\nx" + end,
           "--b\r\n" + good + std::string("X: \0\r\n", 6) + "\r\nx" + end,
           "--b\r\nX: " + std::string(10'000, 'x') + "\r\n" + good + "\r\nx" + end,
           std::string(10'000, 'x') + "\r\n--b\r\n" + good + "\r\nx" + end,
           "--b" + std::string(10'000, ' ') + "\r\n" + good + "\r\nx" + end,
           "--b\r\n" + good + "\r\nx" + end + std::string(70'000, 'x'),
           PartText("attachment; name=\"f\""),
           PartText("form-data"),
           PartText("form-data; filename=\"f\""),
           PartText("form-data; name=\"f"),
           PartText("form-data; name=\"f\" x"),
           PartText("form-data; name=\"f\"; name=\"g\""),
           PartText("form-data; name="),
           PartText("form-data; =f"),
       }) {
    for (const std::size_t size : {std::size_t{1}, std::size_t{7}, body.size()}) {
      const auto parts = ParseAll(body, size);
      ASSERT_FALSE(parts) << body.substr(0, 100);
      EXPECT_EQ(parts.error().code, ErrorCode::kBadRequest);
      EXPECT_FALSE(parts.error().public_text.empty());
    }
  }
}

TEST(Multipart, StaysBroken) {
  auto parser = MultipartParser::Create("multipart/form-data; boundary=b");
  const std::string_view body = "--b\r\n\r\nx";
  parser->Feed({reinterpret_cast<const std::uint8_t*>(body.data()), body.size()});
  EXPECT_FALSE(parser->Next());
  EXPECT_FALSE(parser->Next());
  EXPECT_FALSE(parser->Finish());
}

TEST(Multipart, ReadsTheBoundaryFromTheContentType) {
  const auto code = [](std::string_view type) {
    const auto parser = MultipartParser::Create(type);
    return parser ? ErrorCode::kInternal : parser.error().code;
  };
  for (const std::string_view good : {
           "multipart/form-data; boundary=----WebKitFormBoundaryABC",
           "Multipart/Form-Data;boundary=\"a b:c\"; charset=utf-8",
           "multipart/form-data; charset=utf-8; BOUNDARY=x",
           "multipart/form-data; boundary==_/a:b",
       }) {
    EXPECT_EQ(code(good), ErrorCode::kInternal) << good;
  }
  for (const std::string_view bad :
       {"multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"a \"",
        "multipart/form-data; boundary=a[b", "multipart/form-data; boundary=\"x"}) {
    EXPECT_EQ(code(bad), ErrorCode::kBadRequest) << bad;
  }
  EXPECT_EQ(code("multipart/form-data; boundary=" + std::string(71, 'x')), ErrorCode::kBadRequest);
  for (const std::string_view other :
       {"", "image/jpeg", "multipart/mixed; boundary=b", "application/x-www-form-urlencoded"}) {
    EXPECT_EQ(code(other), ErrorCode::kUnsupportedMediaType) << other;
  }
}

TEST(Multipart, HoldsNoMoreThanAPieceAndADelimiter) {
  auto parser = MultipartParser::Create("multipart/form-data; boundary=b");
  const std::string head = "--b\r\nContent-Disposition: form-data; name=f\r\n\r\n";
  parser->Feed({reinterpret_cast<const std::uint8_t*>(head.data()), head.size()});
  EXPECT_EQ(*parser->Next(), Event::kPart);
  // Nothing but what may become a delimiter is held back.
  const std::vector<std::uint8_t> piece(1000, '\r');
  std::size_t seen = 0;
  for (int i = 0; i < 100; ++i) {
    parser->Feed(piece);
    while (*parser->Next() == Event::kData) seen += parser->data().size();
    EXPECT_GE(seen + 5, (static_cast<std::size_t>(i) + 1) * piece.size());
  }
}

}  // namespace
}  // namespace removr::http
