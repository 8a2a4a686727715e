% content_weight sum (F - P)^2: document 002, section 4.1, as it stands there.
function loss = content_loss(content_weight, content_current, content_original)
    diffmat = content_current - content_original;
    loss = content_weight * sum(diffmat(:).*diffmat(:));
end
