#include "service/api/form.h"

#include <set>
#include <string>
#include <utility>

namespace removr::api {
namespace {

using http::MultipartParser;

constexpr std::size_t kOptionMaxBytes = 1024;

auto Refuse(const std::string& text) { return Fail(ErrorCode::kBadRequest, text, text); }

class Form {
 public:
  Form(MultipartParser parser, job::Submission& submission) : parser_(std::move(parser)), submission_(submission) {}

  Result<Choices> Receive(http::BodyReader& body) {
    while (true) {
      ASSIGN_OR_RETURN(const auto piece, body.Next());
      if (piece.empty()) {
        TRY(parser_.Finish());
        return choices_;
      }
      parser_.Feed(piece);
      auto event = MultipartParser::Event::kPart;
      while (event != MultipartParser::Event::kNeedMore && event != MultipartParser::Event::kEnd) {
        ASSIGN_OR_RETURN(event, parser_.Next());
        TRY(Act(event));
      }
    }
  }

 private:
  Status Act(MultipartParser::Event event) {
    switch (event) {
      case MultipartParser::Event::kPart: return Begin();
      case MultipartParser::Event::kData: return is_file_ ? submission_.Append(parser_.data()) : AppendOption();
      case MultipartParser::Event::kPartEnd: return is_file_ ? submission_.EndFile() : EndOption();
      case MultipartParser::Event::kNeedMore:
      case MultipartParser::Event::kEnd: break;
    }
    return {};
  }

  Status Begin() {
    name_ = parser_.part().name;
    is_file_ = name_ == "files" || name_ == "mask" || name_ == "template";
    if (name_ == "files") return submission_.BeginFile(parser_.part().filename.value_or(""));
    if (name_ == "mask") return submission_.BeginMask();
    if (name_ == "template") return submission_.BeginTemplate();
    value_.clear();
    if (!IsChoice(name_)) {
      return Refuse("There is no field `" + name_ + "` here. Images are sent as `files`; " +
                    "options are `mask`, `roi`, `template`, `kinds`, `format` and `quality`.");
    }
    if (!given_.insert(name_).second) return Refuse("The field `" + name_ + "` was sent twice.");
    return {};
  }

  Status AppendOption() {
    const auto data = parser_.data();
    value_.append(data.begin(), data.end());
    return value_.size() <= kOptionMaxBytes ? Status() : Refuse("The field `" + name_ + "` is too long.");
  }

  Status EndOption() { return SetChoice(name_, value_, choices_); }

  MultipartParser parser_;
  job::Submission& submission_;
  Choices choices_;
  std::set<std::string> given_;  // options
  bool is_file_ = false;         // of the part in hand
  std::string name_, value_;
};

}  // namespace

Result<Choices> ReceiveForm(http::BodyReader& body, MultipartParser form, job::Submission& submission) {
  return Form(std::move(form), submission).Receive(body);
}

}  // namespace removr::api
