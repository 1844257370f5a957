#include "service/api/zip.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace removr::api {
namespace {

// `size` bytes of one letter.
class Letters final : public http::BodySource {
 public:
  explicit Letters(std::uint64_t size) : left_(size) {}
  Result<std::size_t> Read(std::span<std::uint8_t> buffer) override {
    const std::size_t count = std::min<std::uint64_t>({buffer.size(), left_, 1000});
    std::fill_n(buffer.begin(), count, 'x');
    left_ -= count;
    return count;
  }

 private:
  std::uint64_t left_;
};

ZipEntry Entry(const std::string& name, std::uint64_t size, std::uint64_t really) {
  return {name, size,
          [really]() -> Result<std::unique_ptr<http::BodySource>> { return std::make_unique<Letters>(really); }};
}
ZipEntry Entry(const std::string& name, std::uint64_t size) { return Entry(name, size, size); }

Result<std::string> Pack(std::vector<ZipEntry> entries, std::size_t buffer_bytes = 777) {
  const auto zip = MakeZip(std::move(entries), Timestamp{1'700'000'000'000});
  std::string text;
  std::vector<std::uint8_t> buffer(buffer_bytes);
  while (true) {
    ASSIGN_OR_RETURN(const std::size_t read, zip->Read(buffer));
    if (read == 0) return text;
    text.append(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(read));
  }
}

TEST(Zip, IsAsLongAsItSaidWhateverTheBuffer) {
  const auto entries = [] {
    return std::vector{Entry("a.jpg", 3000), Entry("empty.png", 0), Entry("b-\u00e4.webp", 1)};
  };
  const std::string zip = Pack(entries()).value();
  EXPECT_EQ(zip.size(), ZipBytes(entries()));
  EXPECT_EQ(Pack(entries(), 1).value(), zip);
  EXPECT_EQ(Pack(entries(), 1 << 20).value(), zip);
}

TEST(Zip, OfNothingIsAnEndRecord) {
  EXPECT_EQ(Pack({}).value().size(), 22U);
  EXPECT_EQ(ZipBytes({}), 22U);
}

TEST(Zip, HoldsTheBytesAsTheyAre) {
  const std::string zip = Pack({Entry("a", 10)}).value();
  EXPECT_TRUE(zip.starts_with("PK\3\4"));
  EXPECT_NE(zip.find("axxxxxxxxxxPK\1\2"), std::string::npos);
  // CRC-32 of ten x.
  EXPECT_EQ(zip.substr(14, 4), "\x77\x47\xDF\x8E");
}

TEST(Zip, SaysThatAFileChangedMeanwhile) {
  EXPECT_FALSE(Pack({Entry("a", 10, 9)}));
  EXPECT_FALSE(Pack({Entry("a", 10, 11)}));
}

TEST(Zip, NeedsSixtyFourBitsOnlyForWhatIsLarge) {
  const std::uint64_t small = ZipBytes({Entry("a", 1)}) - 1;
  const std::uint64_t five_gib = 5ULL << 30;
  EXPECT_EQ(ZipBytes({Entry("a", five_gib)}) - five_gib, small + 20 + 20 + 76) << "both headers, and the end";
  // A small file behind a large one: its offset needs the room, and not its size.
  const std::uint64_t two = ZipBytes({Entry("a", five_gib), Entry("b", 1)});
  EXPECT_EQ(two - five_gib - 1, (small - 22) * 2 + 20 + 20 + 12 + 76 + 22);
}

}  // namespace
}  // namespace removr::api
