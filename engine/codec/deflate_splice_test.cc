#include "engine/codec/deflate_splice.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <opencv2/core.hpp>

namespace removr::codec {
namespace {

struct Packing {
  int level, strategy, window_bits, flush_every;  // bytes between sync flushes, which are empty stored blocks; 0 = none
};

Bytes Pack(const Bytes& data, const Packing& packing) {
  z_stream z{};
  EXPECT_EQ(deflateInit2(&z, packing.level, Z_DEFLATED, packing.window_bits, 8, packing.strategy), Z_OK);
  Bytes out(data.size() * 2 + 4096);
  z.next_out = out.data();
  z.avail_out = static_cast<uInt>(out.size());
  const std::size_t step = packing.flush_every != 0 ? static_cast<std::size_t>(packing.flush_every) : data.size();
  for (std::size_t at = 0; at < data.size(); at += step) {
    z.next_in = const_cast<Bytef*>(data.data() + at);
    z.avail_in = static_cast<uInt>(std::min(step, data.size() - at));
    deflate(&z, Z_SYNC_FLUSH);
  }
  EXPECT_EQ(deflate(&z, Z_FINISH), Z_STREAM_END);
  out.resize(out.size() - z.avail_out);
  deflateEnd(&z);
  return out;
}

Bytes Unpack(const Bytes& stream, std::size_t size) {
  Bytes data(size);
  uLongf got = size;
  EXPECT_EQ(uncompress(data.data(), &got, stream.data(), stream.size()), Z_OK);
  EXPECT_EQ(got, size);
  return data;
}

// Half noise, half repetition, so that there are blocks of every type.
Bytes Data(std::size_t size, cv::RNG& random) {
  Bytes data(size);
  int alphabet = 8;
  for (std::size_t i = 0; i < size; ++i) {
    if (i % 30000 == 0) alphabet = 1 << random.uniform(1, 9);
    data[i] = static_cast<std::uint8_t>(random.uniform(0, alphabet));
    if (i > 500 && random.uniform(0, 4) == 0) data[i] = data[i - 400];
  }
  return data;
}

constexpr Packing kPackings[] = {
    {6, Z_DEFAULT_STRATEGY, 15, 0},
    {1, Z_DEFAULT_STRATEGY, 15, 7000},
    {0, Z_DEFAULT_STRATEGY, 15, 0},
    {9, Z_FILTERED, 12, 0},
    {1, Z_RLE, 15, 0},
    {6, Z_FIXED, 9, 3333},
    {6, Z_HUFFMAN_ONLY, 15, 0},
};

TEST(DeflateSplice, HoldsTheChangedDataWhateverTheBlocks) {
  cv::RNG random(11);
  for (const Packing& packing : kPackings) {
    for (int trial = 0; trial < 6; ++trial) {
      const std::size_t size = static_cast<std::size_t>(random.uniform(1, trial < 2 ? 2000 : 200000));
      const Bytes data = Data(size, random);
      const Bytes stream = Pack(data, packing);
      auto inflated = Inflate(stream, size);
      ASSERT_TRUE(inflated) << inflated.error().message;
      ASSERT_EQ(inflated->data, data);
      std::vector<ByteRange> changes;
      for (std::size_t at = static_cast<std::size_t>(random.uniform(0, static_cast<int>(size)));
           at < size && changes.size() < 4;) {
        const std::size_t end = std::min(size, at + static_cast<std::size_t>(random.uniform(1, 3000)));
        changes.push_back({at, end});
        for (std::size_t i = at; i < end; ++i) inflated->data[i] = static_cast<std::uint8_t>(random.uniform(0, 256));
        at = end + static_cast<std::size_t>(random.uniform(1, 120000));
      }
      const auto spliced = SpliceDeflate(stream, *inflated, changes);
      ASSERT_TRUE(spliced) << spliced.error().message;
      ASSERT_EQ(Unpack(*spliced, size), inflated->data) << "level " << packing.level << " trial " << trial;
    }
  }
}

TEST(DeflateSplice, KeepsTheBitsBeforeTheChange) {
  cv::RNG random(5);
  const Bytes data = Data(300000, random);
  const Bytes stream = Pack(data, kPackings[0]);
  auto inflated = Inflate(stream, data.size());
  ASSERT_TRUE(inflated);
  inflated->data[200000] ^= 1;
  const auto spliced = SpliceDeflate(stream, *inflated, {{200000, 200001}});
  ASSERT_TRUE(spliced);
  const auto first_difference = std::mismatch(stream.begin(), stream.end(), spliced->begin()).first - stream.begin();
  EXPECT_GT(first_difference, static_cast<std::ptrdiff_t>(stream.size() / 2));
  EXPECT_NEAR(static_cast<double>(spliced->size()), static_cast<double>(stream.size()), 1000);
}

TEST(Inflate, RefusesMillionsOfEmptyBlocks) {
  Bytes stream = {0x78, 0x9C};
  // 01, 00, EOB 0000000: an empty block of 10 bits, lowest bit first; 4 of them are 5 bytes.
  for (int i = 0; i < 100'000; ++i) stream.insert(stream.end(), {0x02, 0x08, 0x20, 0x80, 0x00});
  stream.insert(stream.end(), {0x03, 0x00, 0, 0, 0, 1});  // the last one, and the checksum of nothing
  Bytes short_stream(stream.end() - 6, stream.end());
  short_stream.insert(short_stream.begin(), {0x78, 0x9C});
  EXPECT_TRUE(Inflate(short_stream, 0));
  EXPECT_FALSE(Inflate(stream, 0));
}

TEST(Inflate, RefusesDamageAndWrongSizes) {
  cv::RNG random(6);
  const Bytes data = Data(5000, random);
  Bytes stream = Pack(data, kPackings[0]);
  EXPECT_TRUE(Inflate(stream, 5000));
  EXPECT_FALSE(Inflate(stream, 4999));
  EXPECT_FALSE(Inflate(stream, 5001));
  EXPECT_FALSE(Inflate(ByteView(stream).subspan(0, stream.size() - 1), 5000));
  EXPECT_FALSE(Inflate({}, 5000));
  stream.back() ^= 1;  // the checksum
  EXPECT_FALSE(Inflate(stream, 5000));
}

}  // namespace
}  // namespace removr::codec
