// A form in any bytes: the parts do not depend on how its bytes arrive, nothing of the content is lost or made up, and
// a bad form is the client's fault. The first byte is the size of the pieces.
#include <string>

#include "fuzz/fuzz.h"
#include "service/http/multipart.h"
#include "service/http/text.h"

namespace {

using namespace removr;
using http::MultipartParser;

// The parts as one text; the error's text where there is one.
std::string Parts(std::span<const std::uint8_t> body, std::size_t piece_size) {
  auto parser = MultipartParser::Create("multipart/form-data; boundary=b");
  std::string parts;
  std::size_t content_bytes = 0;
  const std::size_t body_bytes = body.size();
  while (true) {
    const auto event = parser->Next();
    if (!event) {
      fuzz::Require(event.error().code == ErrorCode::kBadRequest, "a bad form is a bad request");
      return event.error().public_text;
    }
    if (*event == MultipartParser::Event::kPart) {
      const std::string filename = parser->part().filename.value_or("-");
      fuzz::Require(http::IsValidUtf8(parser->part().name) && http::IsValidUtf8(filename), "names are UTF-8");
      parts += "\npart " + parser->part().name + " " + filename + "\n";
    } else if (*event == MultipartParser::Event::kData) {
      fuzz::Require(!parser->data().empty(), "a piece of content is not empty");
      content_bytes += parser->data().size();
      fuzz::Require(content_bytes <= body_bytes, "content is a part of the body");
      parts.append(parser->data().begin(), parser->data().end());
    } else if (*event != MultipartParser::Event::kPartEnd) {
      if (body.empty()) return parser->Finish() ? parts : "it ends early";
      const auto piece = body.first(std::min(piece_size, body.size()));
      parser->Feed(piece);
      body = body.subspan(piece.size());
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::span body(data + 1, size - 1);
  fuzz::Require(Parts(body, data[0] % 64 + 1u) == Parts(body, size), "the parts do not depend on how the bytes arrive");
  return 0;
}
