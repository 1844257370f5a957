// The form of a submission (the API contract, sections 2 and 6): its files go straight into the submission while they
// arrive, its options are read on the way.
#pragma once

#include "base/choices.h"
#include "base/result.h"
#include "service/http/message.h"
#include "service/http/multipart.h"
#include "service/job/submit.h"

namespace removr::api {

// Reads the body to its end, and returns the options. kBadRequest, with a public text, for a field that is unknown,
// given twice or not understood; else the errors of BodyReader, MultipartParser and Submission.
Result<Choices> ReceiveForm(http::BodyReader& body, http::MultipartParser form, job::Submission& submission);

}  // namespace removr::api
