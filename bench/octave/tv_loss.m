% tv_weight (sum of squares downwards + to the right) of an image (C, H, W): document 002,
% section 4.2, as it stands there, but it is MATLAB and stands under Python (errata S2-7).
function loss = tv_loss(img, tv_weight)
    up = img(:, 1:end-1, :);
    down = img(:, 2:end, :);
    left = img(:, :, 1:end-1);
    right = img(:, :, 2:end);
    first_sum = sum(sum((up - down).^2));
    second_sum = sum(sum((left - right).^2));
    loss = tv_weight * (sum(first_sum) + sum(second_sum));
end
