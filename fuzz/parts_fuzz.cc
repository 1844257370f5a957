// Any bytes as a file that is compared: its parts lie inside it, and its metadata within the limits.
#include <string_view>

#include "engine/codec/exif.h"
#include "engine/codec/metadata.h"
#include "engine/codec/parts.h"
#include "fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace removr;
  const codec::ByteView file(data, size);
  for (const codec::FilePart& part : codec::ListParts(file)) {
    fuzz::Require(part.bytes.data() >= data && part.bytes.data() + part.bytes.size() <= data + size,
                  "a part lies inside the file");
  }
  codec::Metadata metadata = codec::ReadMetadata(file, fuzz::kLimits);
  const auto most = static_cast<std::size_t>(fuzz::kLimits.metadata_max_bytes) + size;
  fuzz::Require(metadata.icc.size() <= most && metadata.xmp.size() <= most && metadata.exif.size() <= size,
                "metadata stays within its limit");
  codec::MakeUpright(metadata.exif);
  return 0;
}
