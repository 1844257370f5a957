#include "engine/codec/deflate_splice.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>

#include "engine/codec/effort.h"

namespace removr::codec {
namespace {

constexpr std::size_t kZlibHeaderBytes = 2, kChecksumBytes = 4;
constexpr std::size_t kWindowBytes = 32768;  // the largest distance of any reference (RFC 1951, section 3.2.5)

int WindowBits(ByteView stream) { return (stream[0] >> 4) + 8; }  // RFC 1950, section 2.2, CINFO

// An empty block has 10 bits, so a hostile file could have millions. Encoders write one for every 10 to 100 KB.
constexpr std::size_t kBlocksMax = 1 << 18;

// 3 bits open a block: whether it is the last one, and its type, of which 0 is stored.
bool IsStored(ByteView stream, std::size_t bit) {
  const auto at = [&](std::size_t b) { return b / 8 < stream.size() ? stream[b / 8] >> (b % 8) & 1 : 0; };
  return at(bit + 1) == 0 && at(bit + 2) == 0;
}

class BitWriter {
 public:
  explicit BitWriter(std::size_t size_hint) { bytes_.reserve(size_hint); }

  // Appends the bits from..to of `stream`.
  void Copy(ByteView stream, std::size_t from, std::size_t to) {
    for (; from < to && bit_ % 8 != 0; ++from) Put(stream[from / 8] >> (from % 8) & 1);
    const std::size_t whole_bytes = (to - from) / 8, shift = from % 8;
    const std::uint8_t* in = stream.data() + from / 8;
    if (shift == 0) {
      bytes_.insert(bytes_.end(), in, in + whole_bytes);
    } else {
      for (std::size_t i = 0; i < whole_bytes; ++i) {
        bytes_.push_back(static_cast<std::uint8_t>(in[i] >> shift | in[i + 1] << (8 - shift)));
      }
    }
    bit_ += 8 * whole_bytes;
    for (from += 8 * whole_bytes; from < to; ++from) Put(stream[from / 8] >> (from % 8) & 1);
  }
  // Appends bytes behind what is there; the last byte, where it is not full, is part of `bytes` already.
  void ReplaceTail(ByteView bytes) {
    if (bit_ % 8 != 0) bytes_.pop_back();
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    bit_ = 8 * bytes_.size();
  }
  void PadToByte() { bit_ = 8 * bytes_.size(); }
  std::size_t bit() const { return bit_; }
  std::uint8_t last() const { return bytes_.empty() ? 0 : bytes_.back(); }
  Bytes Take() { return std::move(bytes_); }

 private:
  void Put(int value) {
    if (bit_ % 8 == 0) bytes_.push_back(0);
    bytes_.back() = static_cast<std::uint8_t>(bytes_.back() | value << (bit_ % 8));
    ++bit_;
  }

  Bytes bytes_;
  std::size_t bit_ = 0;
};

// Compresses data[from, to) behind what `out` holds, which is all before it. Ends on a byte border.
Status Compress(ByteView data, std::size_t from, std::size_t to, int window_bits, bool is_last, BitWriter& out) {
  const ByteView part = data.subspan(from, to - from);
  const Effort effort = ChooseEffort(part);
  z_stream z{};
  if (deflateInit2(&z, effort.level, Z_DEFLATED, -window_bits, 8, effort.strategy) != Z_OK) {
    return Fail(ErrorCode::kEngineFailure, "deflate: no memory");
  }
  const std::unique_ptr<z_stream, decltype(&deflateEnd)> end(&z, deflateEnd);
  const std::size_t dictionary_size = std::min(from, kWindowBytes);
  const int open_bits = static_cast<int>(out.bit() % 8);
  Bytes packed(deflateBound(&z, static_cast<uLong>(part.size())) + 64);
  z.next_in = const_cast<Bytef*>(part.data());
  z.avail_in = static_cast<uInt>(part.size());
  z.next_out = packed.data();
  z.avail_out = static_cast<uInt>(packed.size());
  const bool packed_all =
      deflateSetDictionary(&z, data.data() + from - dictionary_size, static_cast<uInt>(dictionary_size)) == Z_OK &&
      deflatePrime(&z, open_bits, open_bits == 0 ? 0 : out.last()) == Z_OK &&
      deflate(&z, is_last ? Z_FINISH : Z_SYNC_FLUSH) == (is_last ? Z_STREAM_END : Z_OK) && z.avail_in == 0 &&
      z.avail_out > 0;
  if (!packed_all) return Fail(ErrorCode::kEngineFailure, "deflate failed");
  out.ReplaceTail(ByteView(packed).subspan(0, packed.size() - z.avail_out));
  return {};
}

// Blocks first..last (half-open) are compressed anew.
struct Renewal {
  std::size_t first, last;
};

// Where what is copied behind a renewal may begin. There everything shifts by some bits, which a stored block does not
// bear: then it begins at the first stored block, whose header can be written anew.
std::size_t ResumeAt(const std::vector<BlockStart>& blocks, std::size_t from, std::size_t to) {
  if (blocks[from].bit % 8 == 0) return from;
  const auto begin = blocks.begin() + static_cast<std::ptrdiff_t>(from),
             end = blocks.begin() + static_cast<std::ptrdiff_t>(to);
  const auto stored = std::find_if(begin, end, [](const BlockStart& block) { return block.is_stored; });
  return stored == end ? from : static_cast<std::size_t>(stored - blocks.begin());
}

std::vector<Renewal> PlanRenewals(const std::vector<BlockStart>& blocks, const std::vector<ByteRange>& changes) {
  const std::size_t end = blocks.size() - 1;
  const auto first_behind = [&](std::size_t data) {
    const auto found =
        std::partition_point(blocks.begin(), blocks.end() - 1, [&](const BlockStart& b) { return b.data < data; });
    return static_cast<std::size_t>(found - blocks.begin());
  };
  std::vector<Renewal> plan;
  for (const ByteRange& change : changes) {
    const std::size_t behind = first_behind(change.begin + 1);  // so the one before holds the change's first byte
    const std::size_t first = behind == 0 ? 0 : behind - 1, last = first_behind(change.end + kWindowBytes);
    if (!plan.empty() && first <= plan.back().last) {
      plan.back().last = std::max(plan.back().last, last);
    } else {
      plan.push_back({first, last});
    }
  }
  for (std::size_t i = 0; i < plan.size(); ++i) {
    const std::size_t next = i + 1 < plan.size() ? plan[i + 1].first : end;
    plan[i].last = ResumeAt(blocks, plan[i].last, next);
  }
  return plan;
}

// Copies blocks first..last (half-open), which follow a byte border, or the stream's beginning.
void CopyBlocks(ByteView stream, const std::vector<BlockStart>& blocks, std::size_t first, std::size_t last,
                BitWriter& out) {
  if (first == last) return;
  std::size_t from = blocks[first].bit;
  if (blocks[first].is_stored && from % 8 != out.bit() % 8) {
    const std::uint8_t header = stream[from / 8] >> (from % 8) & 1;  // whether it is the last one; type 0; padding
    out.ReplaceTail({&header, 1});
    from = (from + 3 + 7) / 8 * 8;
  }
  out.Copy(stream, from, blocks[last].bit);
}

}  // namespace

Result<Inflated> Inflate(ByteView stream, std::size_t size) {
  const auto corrupt = [] { return Fail(ErrorCode::kCorruptImage, "zlib: damaged stream"); };
  constexpr std::size_t kMax = std::numeric_limits<uInt>::max();
  if (stream.size() < kZlibHeaderBytes + kChecksumBytes || stream.size() > kMax || size >= kMax) return corrupt();
  Inflated inflated;
  inflated.data.resize(size + 1);  // a byte more shows a stream that is too long
  z_stream z{};
  if (inflateInit(&z) != Z_OK) return Fail(ErrorCode::kEngineFailure, "inflate: no memory");
  const std::unique_ptr<z_stream, decltype(&inflateEnd)> end(&z, inflateEnd);
  z.next_in = const_cast<Bytef*>(stream.data());
  z.avail_in = static_cast<uInt>(stream.size());
  z.next_out = inflated.data.data();
  z.avail_out = static_cast<uInt>(inflated.data.size());
  constexpr int kBetweenBlocks = 128, kUnusedBits = 7;  // of z.data_type
  int status = Z_OK;
  while (status == Z_OK) {
    status = inflate(&z, Z_BLOCK);
    if ((z.data_type & kBetweenBlocks) == 0) continue;
    const std::size_t data = inflated.data.size() - z.avail_out;
    const std::size_t bit = 8 * (stream.size() - z.avail_in) - static_cast<std::size_t>(z.data_type & kUnusedBits);
    if (inflated.blocks.size() == kBlocksMax) return corrupt();
    if (inflated.blocks.empty() || bit > inflated.blocks.back().bit)
      inflated.blocks.push_back({data, bit, IsStored(stream, bit)});
  }
  if (status != Z_STREAM_END || z.avail_out != 1 || inflated.blocks.size() < 2) return corrupt();
  inflated.data.pop_back();
  return inflated;
}

Result<Bytes> SpliceDeflate(ByteView stream, const Inflated& changed, const std::vector<ByteRange>& changes) {
  const ByteView data = changed.data;
  const std::vector<BlockStart>& blocks = changed.blocks;
  const std::size_t end = blocks.size() - 1;
  const int window_bits = WindowBits(stream);
  if (window_bits < 9) return Fail(ErrorCode::kEngineFailure, "zlib writes no window of 256 bytes");
  BitWriter out(stream.size() + stream.size() / 16);
  out.Copy(stream, 0, blocks.front().bit);  // the header
  std::size_t copied = 0;
  for (const Renewal& renewal : PlanRenewals(blocks, changes)) {
    CopyBlocks(stream, blocks, copied, renewal.first, out);
    TRY(Compress(data, blocks[renewal.first].data, blocks[renewal.last].data, window_bits, renewal.last == end, out));
    copied = renewal.last;
  }
  CopyBlocks(stream, blocks, copied, end, out);
  out.PadToByte();
  const auto checksum = adler32_z(adler32(0, nullptr, 0), data.data(), data.size());
  const std::uint8_t big_endian[] = {static_cast<std::uint8_t>(checksum >> 24),
                                     static_cast<std::uint8_t>(checksum >> 16),
                                     static_cast<std::uint8_t>(checksum >> 8), static_cast<std::uint8_t>(checksum)};
  out.ReplaceTail(big_endian);
  return out.Take();
}

}  // namespace removr::codec
